package io.steelyard.control.discovery;

/** Is told of every answer, on the threads that ask. */
public interface Findings {
  /** {@code before} became {@code after}; {@code source} is where that comes from, in words. */
  void asked(String pool, String source, Knowledge before, Knowledge after);
}
