package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.Member;
import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.member.Membership.Change;
import io.steelyard.cluster.member.MembershipOptions;
import io.steelyard.cluster.member.NodeReport;
import io.steelyard.config.ClusterConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.Events;
import io.steelyard.share.member.Beacon;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The other nodes, as long as where this one listens and its name and key are the same. */
final class Nodes implements Closeable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  /** Clocks that differ by more are worth a word: leases of stores and logs depend on them. */
  private static final Duration SKEW = Duration.ofSeconds(2);

  private final String name;
  private final Membership membership;
  private final Beacon beacon;
  private final Supplier<NodeReport> own;
  private final Events events;
  private final Runnable heard;
  private volatile int configured = 1;
  private volatile ClusterConfig cluster;
  private volatile InetSocketAddress bind;

  /** Where a store says that further nodes listen. */
  private volatile SortedSet<String> found = new TreeSet<>();

  /**
   * Opens its socket.
   *
   * @param heard is called after every beat and every tick, from the beacon's threads, with the
   *     membership's lock held
   * @throws IOException if it cannot listen there
   */
  Nodes(
      String name,
      long startMs,
      InetSocketAddress bind,
      ClusterConfig cluster,
      Supplier<NodeReport> own,
      Events events,
      Runnable heard)
      throws IOException {
    this.name = name;
    this.own = own;
    this.events = events;
    this.heard = heard;
    MembershipOptions options = MembershipOptions.DEFAULT.withLeaseOf(VipPlan.lease(cluster));
    long instance = new SecureRandom().nextLong();
    this.membership = new Membership(name, startMs, instance, options, System.nanoTime());
    this.beacon =
        new Beacon(
            membership,
            bind,
            addresses(cluster, found),
            cluster.key().orElseThrow(),
            options.beat().toNanos(),
            Beacon.Clock.SYSTEM,
            new SplittableRandom(instance),
            new Hearing());
    this.cluster = cluster;
    this.bind = bind;
    count();
  }

  private static List<String> addresses(ClusterConfig cluster, SortedSet<String> found) {
    Set<String> all = new LinkedHashSet<>();
    cluster.peers().forEach(peer -> all.add(peer.toString()));
    all.addAll(found);
    return List.copyOf(all);
  }

  /**
   * This node may be among its own peers, or not. A majority is one of those that are configured:
   * what a store says, perhaps late, makes no other one.
   */
  private void count() {
    boolean listed =
        cluster.peers().stream()
            .anyMatch(peer -> peer.port() == bind.getPort() && isHere(peer.host(), bind));
    int others = cluster.peers().isEmpty() ? found.size() : cluster.peers().size();
    configured = others + (listed ? 0 : 1);
    synchronized (membership) {
      membership.nodes(configured);
    }
  }

  private static boolean isHere(String host, InetSocketAddress bind) {
    return bind.getAddress().isAnyLocalAddress()
        ? LocalAddresses.has(host)
        : host.equals(bind.getHostString()) || host.equals(bind.getAddress().getHostAddress());
  }

  void start() {
    beacon.start();
  }

  void peers(ClusterConfig next, InetSocketAddress at) {
    cluster = next;
    bind = at;
    beacon.peers(addresses(next, found));
    count();
  }

  /** A store says that further nodes listen there. Who is heard stays until it is lost. */
  void found(SortedSet<String> addresses) {
    SortedSet<String> next = new TreeSet<>(addresses);
    for (Member member : members()) {
      if (member.presence() == Member.Presence.HEARD && found.contains(member.address())) {
        next.add(member.address());
      }
    }
    next.removeIf(this::isOwn);
    if (!next.equals(found)) {
      found = next;
      beacon.peers(addresses(cluster, next));
      count();
    }
  }

  private boolean isOwn(String address) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    return Integer.parseInt(address.substring(colon + 1)) == bind.getPort() && isHere(host, bind);
  }

  private final class Hearing implements Beacon.Listener {
    @Override
    public Beat beat(long nowNs) {
      return membership.beat(own.get(), nowNs);
    }

    @Override
    public void happened(List<Change> changes) {
      changes.forEach(change -> tell(change.now()));
      heard.run();
    }
  }

  private void tell(Member member) {
    String who = "node " + member.node() + " at " + member.address();
    switch (member.presence()) {
      case HEARD ->
          tell(Kind.NODE_HEARD, Level.INFO, who + " is " + member.report().state().word());
      case LOST -> tell(Kind.NODE_LOST, Level.WARNING, who + " is lost: it is not heard any more");
      case LEFT -> tell(Kind.NODE_LEFT, Level.INFO, who + " has left");
    }
  }

  private void tell(Kind kind, Level level, String text) {
    events.add(kind, text);
    LOG.log(level, text);
  }

  /** Says at once how this node is. */
  void now() {
    beacon.now();
  }

  String name() {
    return name;
  }

  /** How many there are to be, this one included. */
  int configured() {
    return cluster.peers().isEmpty() ? Math.max(configured, 1 + notLeft()) : configured;
  }

  /** A store does not tell for long of who is lost. */
  private int notLeft() {
    return (int) members().stream().filter(m -> m.presence() != Member.Presence.LEFT).count();
  }

  /** How many are there now, this one included. */
  int there() {
    return 1 + (int) members().stream().filter(m -> m.presence() == Member.Presence.HEARD).count();
  }

  List<Member> members() {
    synchronized (membership) {
      return membership.members(System.nanoTime());
    }
  }

  /** What this node wants most votes for. */
  void wants(Set<String> things) {
    synchronized (membership) {
      membership.wants(things, System.nanoTime());
    }
  }

  /** Until when it is this node's; not after {@code nowNs}: it is not. */
  long heldUntilNs(String thing, long nowNs) {
    synchronized (membership) {
      return membership.heldUntilNs(thing, nowNs);
    }
  }

  /** Another node has this one's name. */
  boolean namesake() {
    return beacon.counters().refused().get("same-name") > 0;
  }

  List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    String refused = beacon.lastRefused();
    if (!refused.isEmpty()) {
      troubles.add(refused);
    }
    List<Member> members = members();
    int there = there();
    if (there > configured && !cluster.peers().isEmpty()) {
      troubles.add(
          "%d nodes are heard, of %d that 'cluster.peers' lists".formatted(there, configured));
    }
    for (Member member : members) {
      if (member.presence() == Member.Presence.HEARD && !member.hearsUs()) {
        troubles.add("node " + member.node() + " does not hear this node");
      }
      if (member.clockAhead().abs().compareTo(SKEW) > 0) {
        troubles.add(
            "the clock of node %s is %s of this node's by %d ms"
                .formatted(
                    member.node(),
                    member.clockAhead().isNegative() ? "behind" : "ahead",
                    member.clockAhead().abs().toMillis()));
      }
    }
    return troubles;
  }

  Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("sent", beacon.counters().sent());
    counts.put("not-sent", beacon.counters().notSent());
    counts.put("received", beacon.counters().received());
    counts.putAll(beacon.counters().refused());
    return counts;
  }

  @Override
  public void close() throws IOException {
    beacon.close();
  }
}
