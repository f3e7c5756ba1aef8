package io.steelyard.control.discovery.source;

import io.steelyard.config.DiscoverConfig.Family;
import io.steelyard.core.address.IpText;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The addresses of a name, in an order that does not depend on that of the answer.
 *
 * @param all those at which a server can be; at least one
 * @param lack why some may be missing; empty if none is
 * @param leftOut those at which no server can be
 */
record Addresses(List<InetAddress> all, Duration ttl, String lack, List<InetAddress> leftOut) {
  private static final Comparator<InetAddress> ORDER =
      Comparator.<InetAddress>comparingInt(a -> a.getAddress().length)
          .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

  private static final byte[] BROADCAST = {-1, -1, -1, -1};

  Addresses {
    all = sorted(all);
    leftOut = sorted(leftOut);
  }

  private static List<InetAddress> sorted(List<InetAddress> addresses) {
    return addresses.stream().distinct().sorted(ORDER).toList();
  }

  /**
   * Whether a server can be there. "This host" (RFC 1122 section 3.2.1.3), which is what some name
   * servers say of names that they block, would be this machine itself; a group of hosts answers no
   * client.
   */
  static boolean isHost(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean thisNetwork = bytes.length == 4 && bytes[0] == 0;
    boolean broadcast = bytes.length == 4 && Arrays.equals(bytes, BROADCAST);
    return !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !thisNetwork
        && !broadcast;
  }

  /** What is left out, in words; empty if nothing is. */
  String leftOutText() {
    return leftOut.isEmpty()
        ? ""
        : "%d left out, since at %s there can be no server"
            .formatted(leftOut.size(), IpText.of(leftOut.getFirst()));
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
    Map<Boolean, List<InetAddress>> byUse =
        all.stream().collect(Collectors.partitioningBy(Addresses::isHost));
    if (byUse.get(true).isEmpty()) {
      return new Reply.Failure<>(
          "at %s there can be no server".formatted(IpText.of(all.getFirst())));
    }
    return new Reply.Records<>(
        List.of(new Addresses(byUse.get(true), ttl, lack, byUse.get(false))), ttl);
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
