package io.steelyard.proxy;

import java.util.Optional;

/**
 * How the data plane runs.
 *
 * @param loops event loops, one thread each, at least 1
 * @param transport {@code io_uring} or {@code epoll}; empty takes io_uring where the kernel permits
 *     it, else epoll
 */
public record ProxyOptions(int loops, Optional<String> transport) {}
