package io.steelyard.config;

import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TrustedProxies;
import java.util.List;
import java.util.Optional;

/**
 * A listener as configured. A TCP or UDP listener has exactly one route, which matches everything.
 */
public record ListenerConfig(
    String name,
    Address address,
    Protocol protocol,
    AccessLog accessLog,
    TrustedProxies trustedProxies,
    TrustedProxies proxyProtocol,
    Optional<TlsTerms> tls,
    List<RouteConfig> routes,
    ListenerTimeouts timeouts,
    ListenerLimits limits,
    ListenerPolicy policy) {
  public ListenerConfig {
    routes = List.copyOf(routes);
  }
}
