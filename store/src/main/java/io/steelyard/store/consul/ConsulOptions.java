package io.steelyard.store.consul;

import io.steelyard.config.ClientTls;
import io.steelyard.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where Consul is and who asks it. Does not print its token.
 *
 * @param agents their addresses, {@code http://host:port} or {@code https://host:port}; at least
 *     one
 * @param prefix that all keys begin with; no slash at its beginning, one at its end
 * @param token of who asks; empty where nobody has to show one
 * @param tls how {@code https} agents are spoken to
 * @param timeout of one call to one agent, beyond what it is asked to wait
 * @param ttlMin of sessions: {@link #TTL_MIN}, or what a fake takes
 */
public record ConsulOptions(
    List<String> agents,
    String prefix,
    Optional<Secret> token,
    ClientTls tls,
    Duration timeout,
    Duration ttlMin) {
  /** The shortest TTL of a session (Consul documentation, "Session HTTP Endpoint"). */
  public static final Duration TTL_MIN = Duration.ofSeconds(10);

  public ConsulOptions {
    agents = List.copyOf(agents);
    if (agents.isEmpty() || prefix.startsWith("/") || !prefix.endsWith("/")) {
      throw new IllegalArgumentException("agents " + agents + ", prefix " + prefix);
    }
  }
}
