package io.steelyard.control.discovery.source;

import io.steelyard.config.DiscoverConfig.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The addresses of a name, in an order that does not depend on that of the answer.
 *
 * @param lack why some may be missing; empty if none is
 */
record Addresses(List<InetAddress> all, Duration ttl, String lack) {
  private static final Comparator<InetAddress> ORDER =
      Comparator.<InetAddress>comparingInt(a -> a.getAddress().length)
          .thenComparing(InetAddress::getAddress, java.util.Arrays::compareUnsigned);

  Addresses {
    all = all.stream().distinct().sorted(ORDER).toList();
  }

  /** Those that are wanted; a second question is asked only if the first leaves it open. */
  static Reply<Addresses> of(Reply.Names names, String name, Family family)
      throws InterruptedException {
    boolean ipv6First = family == Family.IPV6;
    Reply<InetAddress> first = names.addresses(name, ipv6First);
    if (family != Family.BOTH && first instanceof Reply.Records<InetAddress>) {
      return one(first);
    }
    Reply<InetAddress> second = names.addresses(name, !ipv6First);
    return both(first, second);
  }

  private static Reply<Addresses> both(Reply<InetAddress> first, Reply<InetAddress> second) {
    if (first instanceof Reply.Records<InetAddress> a) {
      return second instanceof Reply.Records<InetAddress> b
          ? records(joined(a.records(), b.records()), shorter(a.ttl(), b.ttl()), "")
          : records(a.records(), a.ttl(), lack(second));
    }
    if (second instanceof Reply.Records<InetAddress> b) {
      return records(b.records(), b.ttl(), lack(first));
    }
    return first instanceof Reply.None<InetAddress> ? one(second) : one(first);
  }

  private static Reply<Addresses> one(Reply<InetAddress> reply) {
    return switch (reply) {
      case Reply.Records<InetAddress>(List<InetAddress> all, Duration ttl) -> records(all, ttl, "");
      case Reply.None<InetAddress>(String why, Duration ttl) -> new Reply.None<>(why, ttl);
      case Reply.Failure<InetAddress>(String why) -> new Reply.Failure<>(why);
    };
  }

  private static Reply<Addresses> records(List<InetAddress> all, Duration ttl, String lack) {
    return new Reply.Records<>(List.of(new Addresses(all, ttl, lack)), ttl);
  }

  private static String lack(Reply<InetAddress> reply) {
    return reply instanceof Reply.Failure<InetAddress>(String why) ? why : "";
  }

  private static List<InetAddress> joined(List<InetAddress> a, List<InetAddress> b) {
    List<InetAddress> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
