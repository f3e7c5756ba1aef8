package io.steelyard.config.bind;

/** What reading a text came to. */
public sealed interface Parsed<T> {
  /** The text meant this. */
  record Good<T>(T value) implements Parsed<T> {}

  /** The text was refused: {@code expected what, found what}. */
  record Bad<T>(String message) implements Parsed<T> {}

  static <T> Parsed<T> good(T value) {
    return new Good<>(value);
  }

  static <T> Parsed<T> bad(String message) {
    return new Bad<>(message);
  }
}
