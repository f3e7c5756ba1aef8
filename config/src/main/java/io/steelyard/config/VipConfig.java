package io.steelyard.config;

import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Virtual addresses that one of the cluster's nodes owns at a time, or that all of them have.
 *
 * @param addresses with the length of their network's prefix; all of one version of IP
 * @param link the network interface that they are put on
 * @param routerId the number of the virtual router in its network (VRID, RFC 9568), 1 to 255; 0 if
 *     nobody is told
 * @param priority 1 to 254; empty: by the place in {@code prefer}
 * @param prefer names of nodes, whose turn it is first; empty: priorities decide
 * @param preemptDelay for how long this node must have been able to before it preempts
 * @param group those of one group have one owner; empty: none
 * @param probe whether it is asked first whether another host has them (RFC 5227)
 * @param unicast addresses of the other nodes, where multicast is not forwarded; empty: multicast
 */
public record VipConfig(
    List<Network> addresses,
    String link,
    int routerId,
    Optional<Integer> priority,
    List<String> prefer,
    Duration advertise,
    boolean preempt,
    Duration preemptDelay,
    boolean probe,
    String group,
    List<InetAddress> unicast,
    Checksum checksum,
    Announce announce,
    List<Track> track) {
  /** What the checksum of an advertisement over IPv4 covers. */
  public enum Checksum {
    /** The message and a pseudo-header of IP, as keepalived does by default. */
    PSEUDO_HEADER,
    /** The message only (RFC 9568, section 5.2.8). */
    PLAIN
  }

  /** Who is told where the addresses are. */
  public enum Announce {
    /** Neighbours: one node owns them, and moves them by VRRP. */
    NEIGHBOURS,
    /** Nobody: every node has them while it is ready, and a routing daemon does the rest. */
    NONE
  }

  /**
   * What makes this node a worse owner.
   *
   * @param penalty by which the priority falls while it fails
   */
  public record Track(What what, int penalty) {}

  /** What is tracked. */
  public sealed interface What {
    /** Whether the listeners on these addresses have a pool with a server that takes requests. */
    record Listeners() implements What {}

    /** Whether another network interface is up. */
    record Link(String name) implements What {}

    /** Whether a program ends with 0 in time. */
    record Script(List<String> command, Duration interval, Duration timeout) implements What {
      public Script {
        command = List.copyOf(command);
      }
    }
  }

  public VipConfig {
    addresses = List.copyOf(addresses);
    prefer = List.copyOf(prefer);
    unicast = List.copyOf(unicast);
    track = List.copyOf(track);
  }

  public boolean ipv6() {
    return addresses.getFirst().address().getAddress().length > 4;
  }
}
