package io.steelyard.core.route;

/**
 * What a request says, for routes that ask for more than host and path. The bytes are those that
 * {@link RouteTable#match} is given.
 */
public interface Asked {
  /** Where its method begins. */
  int methodFrom();

  /** Where its method ends. */
  int methodTo();

  /** Whether it has a header field of that name, in lower case; the first one is found. */
  boolean findField(byte[] lowerName);

  /** Whether there is another one behind the one that was found last. */
  boolean findNextField(byte[] lowerName);

  /** Where the value that was found last begins, without blanks. */
  int foundFrom();

  /** Where it ends. */
  int foundTo();
}
