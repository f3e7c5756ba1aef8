package io.steelyard.config;

import io.steelyard.config.VipConfig.Announce;
import io.steelyard.config.VipConfig.Checksum;
import io.steelyard.config.VipConfig.Track;
import io.steelyard.config.VipConfig.What;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import io.steelyard.core.address.IpText;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One of {@code cluster.vips}. */
final class VipSection {
  /** In one advertisement. */
  static final int ADDRESSES_MAX = 20;

  /** A step of what an advertisement says of its interval (RFC 9568, section 5.2.7). */
  private static final int STEP_MS = 10;

  static final Scalar<String> LINK_TYPE =
      Scalars.text("the name of a network interface", Pattern.compile("[^\\s/\\x00-\\x1f]{1,15}"));

  static final Option<Optional<Network>> ADDRESS =
      Option.optional("address", VipText.ADDRESS, "The address, with its network's prefix.");
  static final Option<Optional<List<Network>>> ADDRESSES =
      Option.optional(
          "addresses",
          new ListOf<>("address", VipText.ADDRESS, 1, ADDRESSES_MAX),
          "Several addresses that move together, all of IPv4 or all of IPv6.");
  static final Option<String> INTERFACE =
      Option.required("interface", LINK_TYPE, "The network interface that it is put on.");
  static final Option<Optional<Integer>> ROUTER_ID =
      Option.optional(
          "router-id",
          Scalars.wholeNumber(1, 255),
          "Number of this virtual router, the same on all nodes and on no other router of the"
              + " network; needed unless every ready node has the address ('announce: none').");
  static final Option<Optional<Integer>> PRIORITY =
      Option.optional(
          "priority",
          Scalars.wholeNumber(1, 254),
          "Of the nodes that could, the one with the highest owns it; 100 by default.");
  static final Option<List<String>> PREFER =
      Option.of(
          "prefer",
          new ListOf<>("node", Names.TYPE, 1, ClusterSection.PEERS_MAX),
          List.of(),
          "Names of nodes in the order in which they are to own it, instead of 'priority': so one"
              + " text is good for all nodes.");
  static final Option<Duration> ADVERTISE =
      Option.of(
          "advertise",
          Scalars.duration(Duration.ofMillis(STEP_MS), Duration.ofMillis(40_950)),
          Duration.ofMillis(100),
          "How often the owner says that it is there, in steps of 10 ms; others take over when"
              + " three are missing.");
  static final Option<Boolean> PREEMPT =
      Option.of(
          "preempt",
          Scalars.truth(),
          false,
          "Whether this node takes it from an owner of lower priority.");
  static final Option<Duration> PREEMPT_DELAY =
      Option.of(
          "preempt-delay",
          Scalars.duration(Duration.ZERO, Duration.ofHours(1)),
          Duration.ZERO,
          "For how long this node must have been able to own it before it preempts.");
  static final Option<String> GROUP =
      Option.of("group", Names.TYPE, "", "Those of one group have the same owner.");
  static final Option<List<InetAddress>> UNICAST =
      Option.of(
          "unicast",
          new ListOf<>("address", VipText.NEIGHBOUR, 1, ClusterSection.PEERS_MAX),
          List.of(),
          "Addresses of the other nodes, where multicast is not forwarded.");
  static final Option<Boolean> PROBE =
      Option.of(
          "probe",
          Scalars.truth(),
          true,
          "Whether a node that has heard no owner asks, before it takes an IPv4 address, whether"
              + " another host has it, and leaves it then (RFC 5227); false where the network"
              + " answers for all addresses.");
  static final Option<Checksum> CHECKSUM =
      Option.of(
          "checksum",
          checksums(),
          Checksum.PSEUDO_HEADER,
          "What is sent over IPv4: pseudo-header is keepalived's default, plain is RFC 9568; both"
              + " are understood.");
  static final Option<Announce> ANNOUNCE =
      Option.of(
          "announce",
          announcements(),
          Announce.NEIGHBOURS,
          "none: every node has the address while it is ready, and tells nobody: for ECMP and"
              + " anycast.");
  static final Option<List<Track>> TRACK =
      Option.of(
          "track",
          new ListOf<>("track", TrackSection.TYPE, 1, TrackSection.TRACKS_MAX),
          List.of(new Track(new What.Listeners(), TrackSection.DEFAULT_PENALTY)),
          "What lowers the priority while it fails; by default listeners without servers.");

  static final Section<VipConfig> TYPE =
      Section.of(
              VipSection::build,
              ADDRESS,
              ADDRESSES,
              INTERFACE,
              ROUTER_ID,
              PRIORITY,
              PREFER,
              ADVERTISE,
              PREEMPT,
              PREEMPT_DELAY,
              PROBE,
              GROUP,
              UNICAST,
              CHECKSUM,
              ANNOUNCE,
              TRACK)
          .exactlyOneOf(ADDRESS, ADDRESSES)
          .checked(VipSection::check);

  private VipSection() {}

  private static Scalar<Checksum> checksums() {
    LinkedHashMap<String, Checksum> choices = new LinkedHashMap<>();
    choices.put("pseudo-header", Checksum.PSEUDO_HEADER);
    choices.put("plain", Checksum.PLAIN);
    return Scalars.choice(choices, List.of());
  }

  private static Scalar<Announce> announcements() {
    LinkedHashMap<String, Announce> choices = new LinkedHashMap<>();
    choices.put("neighbours", Announce.NEIGHBOURS);
    choices.put("none", Announce.NONE);
    return Scalars.choice(choices, List.of());
  }

  private static void check(Fields f) {
    boolean alone = f.find(ANNOUNCE).filter(a -> a == Announce.NONE).isPresent();
    if (alone) {
      for (Option<?> option :
          List.of(
              ROUTER_ID,
              PRIORITY,
              PREFER,
              ADVERTISE,
              PREEMPT,
              PREEMPT_DELAY,
              PROBE,
              GROUP,
              UNICAST,
              CHECKSUM,
              TRACK)) {
        if (f.has(option)) {
          f.at(option).problem("means nothing with 'announce: none': every ready node has it");
        }
      }
    } else if (!f.has(ROUTER_ID)) {
      f.problem("missing key 'router-id'");
    }
    if (f.has(PRIORITY) && f.has(PREFER)) {
      f.at(PREFER).problem("give either 'priority' or 'prefer', not both");
    }
    f.find(PREFER)
        .filter(names -> new HashSet<>(names).size() < names.size())
        .ifPresent(names -> f.at(PREFER).problem("%s stands there twice".formatted(twice(names))));
    f.find(ADVERTISE)
        .filter(time -> f.has(ADVERTISE) && time.toMillis() % STEP_MS != 0)
        .ifPresent(_ -> f.at(ADVERTISE).problem("expected a multiple of 10ms"));
    checkUnicast(f);
    claim(f);
  }

  /** Adverts of one version of IP go to peers of that version. */
  private static void checkUnicast(Fields f) {
    List<Network> addresses = addresses(f);
    if (addresses.isEmpty() || !f.has(UNICAST)) {
      return;
    }
    int bytes = bytes(addresses.getFirst());
    Set<InetAddress> seen = new HashSet<>();
    for (InetAddress peer : f.find(UNICAST).orElse(List.of())) {
      if (peer.getAddress().length != bytes) {
        f.at(UNICAST)
            .problem(
                "'%s' is an address of IPv%d, and the virtual address is one of IPv%d"
                    .formatted(IpText.of(peer), bytes == 4 ? 6 : 4, bytes == 4 ? 4 : 6));
      } else if (addresses.stream().anyMatch(own -> own.address().equals(peer))) {
        f.at(UNICAST).problem("'%s' is the virtual address itself".formatted(IpText.of(peer)));
      } else if (!seen.add(peer)) {
        f.at(UNICAST).problem("'%s' stands there twice".formatted(IpText.of(peer)));
      }
    }
  }

  private static String twice(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream().filter(name -> !seen.add(name)).findFirst().orElseThrow();
  }

  /** No address is given twice, and no router's number on one interface. */
  private static void claim(Fields f) {
    List<Network> addresses = addresses(f);
    Value at = f.has(ADDRESS) ? f.at(ADDRESS) : f.has(ADDRESSES) ? f.at(ADDRESSES) : null;
    if (at == null || addresses.isEmpty()) {
      return;
    }
    for (Network network : addresses) {
      String address = IpText.of(network.address());
      at.binding().claim("vips", address, at, at, "'" + address + "'");
    }
    if (addresses.stream().map(VipSection::bytes).distinct().count() > 1) {
      at.problem("IPv4 and IPv6 are two virtual routers: give each its own entry");
    }
    if (f.has(ROUTER_ID)) {
      String router =
          "%s on %s"
              .formatted(
                  f.find(ROUTER_ID).flatMap(id -> id).orElse(0),
                  f.find(INTERFACE).orElse("its interface"));
      Value id = f.at(ROUTER_ID);
      id.binding().claim("routers", router + bytes(addresses.getFirst()), id, id, router);
    }
  }

  private static int bytes(Network network) {
    return network.address().getAddress().length;
  }

  private static List<Network> addresses(Fields f) {
    return f.has(ADDRESSES)
        ? f.find(ADDRESSES).flatMap(a -> a).orElse(List.of())
        : f.find(ADDRESS).flatMap(a -> a).map(List::of).orElse(List.of());
  }

  private static VipConfig build(Fields f) {
    List<Network> addresses = addresses(f);
    return new VipConfig(
        addresses,
        f.get(INTERFACE),
        f.get(ROUTER_ID).orElse(0),
        f.get(PRIORITY),
        f.get(PREFER),
        f.get(ADVERTISE),
        f.get(PREEMPT),
        f.get(PREEMPT_DELAY),
        f.get(PROBE),
        f.get(GROUP),
        f.get(UNICAST),
        f.get(CHECKSUM),
        f.get(ANNOUNCE),
        f.get(TRACK));
  }
}
