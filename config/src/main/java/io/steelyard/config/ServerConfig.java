package io.steelyard.config;

/**
 * A server as configured; its name is its address when none was given. {@code maxConnections} 0 is
 * no limit.
 */
public record ServerConfig(
    String name, Address address, int weight, int maxConnections, boolean backup, String zone) {}
