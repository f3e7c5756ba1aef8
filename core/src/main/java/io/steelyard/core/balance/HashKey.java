package io.steelyard.core.balance;

/**
 * What of a request {@link Algorithm#HASH} chooses by. A request that lacks it is balanced by the
 * client's address.
 *
 * @param name of the header field, cookie or query parameter; empty for the others
 */
public record HashKey(Kind kind, String name) {
  /** The client's address. */
  public static final HashKey ADDRESS = new HashKey(Kind.ADDRESS, "");

  /** Where the key stands in the request. */
  public enum Kind {
    ADDRESS,
    HEADER,
    COOKIE,
    QUERY,
    PATH
  }
}
