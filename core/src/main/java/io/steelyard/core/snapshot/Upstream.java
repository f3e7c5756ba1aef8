package io.steelyard.core.snapshot;

/**
 * How the servers of a pool are spoken to.
 *
 * @param announces in which form each connection begins with whom it is for
 */
public record Upstream(ProxyProtocol announces) {
  /** Connections begin with what the client says. */
  public static final Upstream PLAIN = new Upstream(ProxyProtocol.NONE);
}
