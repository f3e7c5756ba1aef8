package io.steelyard.wire.proxyprotocol;

/** What came of reading the beginning of a connection. */
public sealed interface ProxyRead {
  /**
   * A header is there.
   *
   * @param bytes its length: what follows is the client's
   */
  record Header(ProxyHeader header, int bytes) implements ProxyRead {}

  /** It may become one: more of it has to come. */
  record Partial() implements ProxyRead {}

  /** It is none, or a wrong one: the connection cannot be understood any more. */
  record Malformed(String why) implements ProxyRead {}
}
