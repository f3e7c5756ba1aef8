package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.Member;
import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.member.Membership.Change;
import io.steelyard.cluster.member.Membership.Life;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The other nodes, as long as where this one listens and its name and key are the same. */
final class Nodes implements Closeable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  /** Clocks that differ by more are worth a word: leases of stores and logs depend on them. */
  private static final Duration SKEW = Duration.ofSeconds(2);

  private static final long SEEN_NS = MembershipOptions.DEFAULT.silence().toNanos();

  /** While leases are made as fresh as they can be. */
  private static final Duration POLL = Duration.ofMillis(5);

  /** A lease that is younger is fresh. */
  private static final long FRESH_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long FRESHENING_NS = TimeUnit.MILLISECONDS.toNanos(250);

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

  /** What is asked for; and what came of it. Without locks: the thread that elects never waits. */
  private volatile Wish wish = new Wish(0, Map.of());

  private volatile Held held = new Held(0, Map.of());
  private volatile int there = 1;

  /**
   * As many were there when another socket of this life was closed: for a moment they still are.
   */
  private volatile int wereThere;

  private final long beganNs = System.nanoTime();
  private final long leaseNs;

  /** Who is heard here counts no longer than anybody who is silent; 0 while it is open. */
  private volatile long closedNs;

  /** Guarded by the membership. */
  private Wish asked = wish;

  private final Hearing hearing = new Hearing();
  private volatile NodeReport report;

  /**
   * What is wanted.
   *
   * @param number grows with each change
   * @param since by name, the number of the change from which on it is wanted
   */
  private record Wish(long number, Map<String, Long> since) {
    Wish next(Set<String> names) {
      Map<String, Long> next = new HashMap<>();
      names.forEach(name -> next.put(name, since.getOrDefault(name, number + 1)));
      return new Wish(number + 1, Map.copyOf(next));
    }
  }

  /**
   * What is granted.
   *
   * @param number of the wish that was asked for: grants to an earlier one were given back since
   */
  private record Held(long number, Map<String, Long> untilNs) {}

  /**
   * Opens its socket.
   *
   * @param life a new one, or that of a former process, which must not beat any more
   * @param heard is called after every beat and every tick, from the beacon's threads, with the
   *     membership's lock held
   * @throws IOException if it cannot listen there
   */
  Nodes(
      String name,
      Life life,
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
    this.leaseNs = options.lease().toNanos();
    this.membership = new Membership(name, life, options, System.nanoTime());
    this.beacon =
        new Beacon(
            membership,
            bind,
            addresses(cluster, found),
            cluster.key().orElseThrow(),
            options.beat().toNanos(),
            Beacon.Clock.SYSTEM,
            new SplittableRandom(life.instance()),
            hearing);
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
    public void prepare() {
      report = own.get();
    }

    @Override
    public Beat beat(long nowNs) {
      ask(nowNs);
      Beat beat = membership.beat(report, nowNs);
      // Before it is sent: what it does not ask for is given back by it.
      publish(nowNs);
      return beat;
    }

    private void ask(long nowNs) {
      asked = wish;
      membership.wants(asked.since().keySet(), nowNs);
      publish(nowNs);
    }

    private void publish(long nowNs) {
      Map<String, Long> untilNs = new HashMap<>();
      for (String name : asked.since().keySet()) {
        long endsNs = membership.heldUntilNs(name, nowNs);
        if (endsNs - nowNs > 0) {
          untilNs.put(name, endsNs);
        }
      }
      held = new Held(asked.number(), Map.copyOf(untilNs));
      there =
          1
              + (int)
                  membership.members(nowNs).stream()
                      .filter(m -> m.presence() == Member.Presence.HEARD)
                      .count();
    }

    @Override
    public void happened(List<Change> changes) {
      publish(System.nanoTime());
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

  /** For a process that takes over, once this is closed. */
  Life life() {
    synchronized (membership) {
      return membership.life();
    }
  }

  /** A life that nobody has heard of. */
  static Life newLife(long startMs) {
    return new Life(startMs, new SecureRandom().nextLong());
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
    long nowNs = System.nanoTime();
    if (closedNs != 0 && nowNs - closedNs >= SEEN_NS) {
      return 1;
    }
    return nowNs - beganNs < SEEN_NS ? Math.max(there, wereThere) : there;
  }

  /**
   * Before {@link #start}: goes on with what this node held under its former socket.
   *
   * @param wanted what is held, or wanted, now
   * @param before null if there was no other socket of this process
   */
  void goOn(Set<String> wanted, Nodes before) {
    if (before != null) {
      wereThere = before.there();
    }
    wants(wanted);
    synchronized (membership) {
      hearing.ask(System.nanoTime());
    }
  }

  List<Member> members() {
    synchronized (membership) {
      return membership.members(System.nanoTime());
    }
  }

  /**
   * What this node wants most votes for; what is not named any more was given up before. One thread
   * at a time; does not wait.
   */
  void wants(Set<String> names) {
    if (!names.equals(wish.since().keySet())) {
      wish = wish.next(names);
      beacon.now();
    }
  }

  /** Until when it is this node's; not after {@code nowNs}: it is not. Does not wait. */
  long heldUntilNs(String name, long nowNs) {
    Held now = held;
    Long since = wish.since().get(name);
    return since == null || now.number() < since ? nowNs : now.untilNs().getOrDefault(name, nowNs);
  }

  /**
   * Makes sure that what is held is held for as long as it can be from now on, by asking again and
   * again; gives up after a while. Whoever goes on with it has that long to be heard.
   */
  void freshen() throws InterruptedException {
    long startNs = System.nanoTime();
    long freshNs = leaseNs - FRESH_NS;
    for (long nowNs = startNs;
        nowNs - startNs < FRESHENING_NS && !allHeldFor(freshNs, nowNs);
        nowNs = System.nanoTime()) {
      beacon.now();
      Thread.sleep(POLL);
    }
  }

  private boolean allHeldFor(long ns, long nowNs) {
    return wish.since().keySet().stream().allMatch(thing -> isHeldFor(thing, ns, nowNs));
  }

  /** What is not held at all is nothing to wait for. */
  private boolean isHeldFor(String thing, long ns, long nowNs) {
    long leftNs = heldUntilNs(thing, nowNs) - nowNs;
    return leftNs <= 0 || leftNs >= ns;
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
    closedNs = System.nanoTime();
    beacon.close();
  }
}
