package io.steelyard.control.check;

import io.steelyard.config.HealthConfig;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What a server is asked, and where.
 *
 * @param address resolved
 * @param host the server's host and port, for those kinds that name it
 * @param timeout of the whole check
 * @param announces in which form the connection begins with saying that it is ours
 */
public record Question(
    HealthConfig.Check check,
    SocketAddress address,
    String host,
    Duration timeout,
    ProxyProtocol announces) {}
