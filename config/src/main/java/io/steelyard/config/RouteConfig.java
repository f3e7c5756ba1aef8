package io.steelyard.config;

/**
 * Host and path as in {@link io.steelyard.core.route.Route}, empty where not given; {@code pool}
 * names a pool that exists.
 */
public record RouteConfig(String host, String path, String pool) {}
