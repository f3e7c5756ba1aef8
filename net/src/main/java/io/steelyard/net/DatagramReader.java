package io.steelyard.net;

/** Is told when a socket has something to read, or an error to tell. Loop thread only. */
@FunctionalInterface
public interface DatagramReader {
  /**
   * Reads, no more than keeps others from waiting: it is called again in the next turn of the loop
   * while something is left.
   */
  void readable();
}
