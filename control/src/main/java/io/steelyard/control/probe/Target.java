package io.steelyard.control.probe;

import io.steelyard.config.HealthConfig;
import io.steelyard.core.server.ServerState;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * A server to check, and how. Equal targets are checked alike, so a probe that has one goes on when
 * a reload brings an equal one. How many results make a verdict does not belong to it.
 *
 * @param address resolved
 * @param host the Host header field's value
 */
public record Target(
    ServerState state,
    SocketAddress address,
    String host,
    HealthConfig.Check check,
    Duration interval,
    Duration timeout) {}
