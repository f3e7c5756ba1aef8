package io.steelyard.core.snapshot;

import io.steelyard.core.route.RouteTable;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Where clients connect and what becomes of their requests.
 *
 * @param address an {@link java.net.InetSocketAddress} (resolved) or a {@link
 *     java.net.UnixDomainSocketAddress}
 * @param proxyProtocol from where connections begin with a PROXY header, and none is served without
 * @param tls empty: clients are not encrypted
 * @param routes for TCP and UDP exactly one that matches everything
 * @param policy what holds for all requests, before routes
 */
public record Listener(
    String name,
    SocketAddress address,
    Protocol protocol,
    AccessLog accessLog,
    TrustedProxies trustedProxies,
    TrustedProxies proxyProtocol,
    Optional<TlsTerms> tls,
    RouteTable routes,
    ListenerTimeouts timeouts,
    ListenerLimits limits,
    ListenerPolicy policy) {}
