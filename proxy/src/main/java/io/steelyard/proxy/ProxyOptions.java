package io.steelyard.proxy;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the data plane runs.
 *
 * @param loops event loops, one thread each, at least 1
 * @param transport {@code io_uring} or {@code epoll}; empty takes io_uring where the kernel permits
 *     it, else epoll
 * @param accessLog the file that the lines of all access logs are appended to; empty for standard
 *     output
 */
public record ProxyOptions(int loops, Optional<String> transport, Optional<Path> accessLog) {
  /** With access logs on standard output. */
  public ProxyOptions(int loops, Optional<String> transport) {
    this(loops, transport, Optional.empty());
  }
}
