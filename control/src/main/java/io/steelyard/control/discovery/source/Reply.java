package io.steelyard.control.discovery.source;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What name servers say of a name.
 *
 * @param <R> what is asked for
 */
sealed interface Reply<R> {
  /** There are records, at least one; {@code ttl} is the smallest on the way to them. */
  record Records<R>(List<R> records, Duration ttl) implements Reply<R> {
    public Records {
      records = List.copyOf(records);
    }
  }

  /** There is no such name, or nothing of that kind (RFC 2308). */
  record None<R>(String why, Duration ttl) implements Reply<R> {}

  /** Nobody answered, or nobody could. */
  record Failure<R>(String why) implements Reply<R> {}

  /** An SRV record (RFC 2782); the target without its last dot, in lower case. */
  record Service(int priority, int weight, int port, String target) {}

  /** Who is asked. Any thread; blocks for a limited time. */
  interface Names {
    /** Records A of a name, or AAAA. */
    Reply<InetAddress> addresses(String name, boolean ipv6) throws InterruptedException;

    /** Records SRV of a name. */
    Reply<Service> services(String name) throws InterruptedException;
  }
}
