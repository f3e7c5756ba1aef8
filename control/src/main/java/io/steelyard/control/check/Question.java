package io.steelyard.control.check;

import io.steelyard.config.HealthConfig;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What a server is asked, and where.
 *
 * @param address resolved
 * @param host the server's host and port, for those kinds that name it
 * @param timeout of the whole check
 */
public record Question(
    HealthConfig.Check check, SocketAddress address, String host, Duration timeout) {}
