package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which virtual routers this node owns. Decisions only: it is told what was heard and what time it
 * is, and says what to do. What it says must be done in the order of {@link Ready}, before it is
 * told anything else. For one thread.
 *
 * <p>At first it owns nothing: it takes part once it is {@link #eligible}. It wants to be ticked
 * whenever {@link #nextDeadlineNs} is reached; what has arrived by then is to be told first, so
 * that a process that was stopped hears another owner before it decides anything.
 *
 * <p><b>How many own an address.</b> Two nodes that hear each other's adverts do not both own it
 * for longer than an advert takes to arrive, plus one interval of the weaker one for each advert
 * that is lost. Two that do not hear each other may:
 *
 * <ul>
 *   <li>{@link VipExclusion#NONE}: for as long as they do not hear each other.
 *   <li>{@link VipExclusion#LEASE}: never, at no moment; not even for one whose process is stopped,
 *       if a guard removes its addresses, and leases end here earlier than for others by the time
 *       that the guard needs. The price: what a node owned that is not heard of any more is taken
 *       when its lease is over, if that is later than the active-down interval. An owner is
 *       preempted in two steps: the stronger one advertises, the weaker one gives up and its lease
 *       back, the stronger one gets that and takes.
 * </ul>
 *
 * <p>An owner whose process is stopped keeps its addresses, since nobody removes them; it gives
 * them up when it goes on and has been silent for its active-down interval. Whoever watches the
 * process may speak for it a while ({@link #advertised}), should then remove them, and say so
 * ({@link #relieved}).
 *
 * <p>All times are of one clock that never goes back, like {@link System#nanoTime}. Clocks of nodes
 * need not agree, but run at the same speed within about one percent.
 */
public final class VipElection {
  /** It is ticked so often at least. */
  private static final long IDLE_NS = 1_000_000_000L;

  private final VipExclusion exclusion;
  private final Map<VipId, VirtualRouter> routers = new TreeMap<>();
  private final Map<VipId, VipGroup> groupOf = new HashMap<>();
  private List<VipGroup> groups = List.of();
  private boolean eligible;
  private boolean quorum;
  private boolean stopped;

  /** What another process of this host owned and this one does not own yet: until when it may. */
  private final Map<VipId, Long> inheritedUntilNs = new TreeMap<>();

  private long unknown;
  private long nowNs;

  /**
   * With {@link VipExclusion#NONE}.
   *
   * @see #VipElection(List, Map, VipExclusion, long)
   */
  public VipElection(List<VipOptions> vips, Map<VipId, InetAddress> sources, long nowNs) {
    this(vips, sources, VipExclusion.NONE, nowNs);
  }

  /**
   * @param vips each with an id of its own
   * @param sources this node's own address on the network of each: adverts come from it, and of two
   *     owners of the same priority the higher one stays
   * @param exclusion of two owners that do not hear each other; the same on all nodes
   * @throws IllegalArgumentException if an id comes twice, or has no source of its version of IP
   */
  public VipElection(
      List<VipOptions> vips, Map<VipId, InetAddress> sources, VipExclusion exclusion, long nowNs) {
    this.exclusion = exclusion;
    follow(vips, sources, nowNs);
  }

  // ---- what happens

  /**
   * An advert has come in, of a packet that was found valid.
   *
   * @param source where from
   */
  public Ready heard(Advert advert, InetAddress source, long nowNs) {
    Doings out = begin(nowNs);
    VirtualRouter router = routers.get(advert.id());
    if (router == null) {
      unknown++;
    } else {
      groupOf.get(advert.id()).heard(router, advert, source, nowNs, out);
    }
    return settled(out);
  }

  /**
   * Another host uses an address of a virtual router, as its packets of ARP say; it may be another
   * node. To be told after what has been {@link #heard}.
   */
  public Ready answered(VipId id, VipConflict conflict, long nowNs) {
    Doings out = begin(nowNs);
    if (routers.containsKey(id)) {
      routers.get(id).answered(conflict, nowNs, out);
    }
    return settled(out);
  }

  /** Time has passed. */
  public Ready tick(long nowNs) {
    Doings out = begin(nowNs);
    groups.forEach(g -> g.tick(nowNs, out));
    if (exclusion == VipExclusion.LEASE && hindrance().isEmpty()) {
      groups.forEach(g -> g.claim(nowNs, out));
    }
    return settled(out);
  }

  /** When it wants to be ticked; at most a second after it was told something last. */
  public long nextDeadlineNs() {
    long deadlineNs = nowNs + IDLE_NS;
    for (VipGroup group : groups) {
      deadlineNs = group.deadlineNs(deadlineNs);
    }
    for (long untilNs : inheritedUntilNs.values()) {
      deadlineNs = untilNs - deadlineNs < 0 ? untilNs : deadlineNs;
    }
    return deadlineNs;
  }

  /**
   * Whether this node could serve: its configuration and its sessions are in. If it cannot any
   * more, it gives all up.
   */
  public Ready eligible(boolean next, long nowNs) {
    Doings out = begin(nowNs);
    eligible = next;
    return settled(out);
  }

  /**
   * Something that a virtual router depends on is not as it should be. Its priority falls, and that
   * of its group; if nothing is left of it, this node cannot own it.
   *
   * @param penalty the sum of all that is wrong now
   */
  public Ready track(VipId id, VipPenalty penalty, long nowNs) {
    Doings out = begin(nowNs);
    if (routers.containsKey(id)) {
      routers.get(id).penalty(penalty);
    }
    return settled(out);
  }

  /**
   * Whether this node reaches a majority: it does not until this says so. Counts with {@link
   * VipExclusion#LEASE}: who could not get a lease does not ask others to give up.
   */
  public Ready quorum(boolean held, long nowNs) {
    Doings out = begin(nowNs);
    quorum = held;
    return settled(out);
  }

  /**
   * What this node may own, and until when. What is missing, or over, is given up at once. Counts
   * with {@link VipExclusion#LEASE}.
   */
  public Ready leases(Map<String, Long> untilNs, long nowNs) {
    Doings out = begin(nowNs);
    groups.forEach(g -> g.lease(untilNs.get(g.key())));
    return settled(out);
  }

  /**
   * Keys of the leases of what this node owns, or has inherited, or would take if it had them: the
   * same on all nodes. None if no leases are needed.
   */
  public Set<String> wanted() {
    Set<String> wanted = new TreeSet<>();
    if (exclusion == VipExclusion.LEASE) {
      groups.stream().filter(g -> g.wants() || isInherited(g)).forEach(g -> wanted.add(g.key()));
    }
    return wanted;
  }

  /** This node gives up what it owns, and takes nothing any more. */
  public Ready stop(long nowNs) {
    Doings out = begin(nowNs);
    stopped = true;
    return settled(out);
  }

  /**
   * Another process of this host owned these and does not care for them any more: this one goes on
   * as their owner. It must be eligible, and have the leases if they are needed ({@link #inherit}
   * waits for them); what it may not own, or does not know, or is only a part of a group, is
   * released.
   */
  public Ready adopt(Set<VipId> owned, long nowNs) {
    Doings out = begin(nowNs);
    for (VipGroup group : groups) {
      if (owned.containsAll(group.members().stream().map(VirtualRouter::id).toList())) {
        group.adopt(hindrance(), mayOwn(group), nowNs, out);
      }
    }
    owned.stream().sorted().filter(id -> !owns(id)).forEach(out::release);
    return settled(out);
  }

  /**
   * With {@link VipExclusion#LEASE}: what this node owns, or has inherited itself, and until when
   * it may, for another process of this host that goes on with it ({@link #inherit}). This one must
   * be told nothing any more.
   */
  public Map<VipId, Long> ownedUntilNs() {
    Map<VipId, Long> untilNs = new TreeMap<>(inheritedUntilNs);
    for (VipId id : owned()) {
      untilNs.put(id, groupOf.get(id).leasedUntilNs());
    }
    return untilNs;
  }

  /**
   * With {@link VipExclusion#LEASE}: another process of this host owned these and does not care for
   * them any more. They stay on this host, and their leases are wanted; with them this process goes
   * on as the owner. What has none by then, or is not known, is released.
   *
   * @param untilNs when the former process would have had to give it up: {@link #ownedUntilNs}
   */
  public Ready inherit(Map<VipId, Long> untilNs, long nowNs) {
    Doings out = begin(nowNs);
    inheritedUntilNs.putAll(untilNs);
    return settled(out);
  }

  private boolean isInherited(VipGroup group) {
    return group.members().stream().anyMatch(m -> inheritedUntilNs.containsKey(m.id()));
  }

  private void goOn(Doings out) {
    for (VipGroup group : groups) {
      if (isInherited(group)) {
        group.adopt(hindrance(), mayOwn(group), nowNs, out);
      }
    }
    inheritedUntilNs.keySet().removeIf(this::owns);
    Map<VipId, Long> over = new TreeMap<>(inheritedUntilNs);
    // What is not configured any more is not wanted any more, either.
    over.entrySet()
        .removeIf(e -> !stopped && nowNs - e.getValue() < 0 && groupOf.containsKey(e.getKey()));
    over.keySet().forEach(out::release);
    inheritedUntilNs.keySet().removeAll(over.keySet());
  }

  /**
   * Who watches this process has spoken for it while it stood still: so others know of its
   * addresses until then, and it is not late. To be told before anything else.
   *
   * @param atNs when; 0: never
   */
  public void advertised(long atNs) {
    if (atNs != 0) {
      routers.values().forEach(router -> router.advertised(atNs));
    }
  }

  /**
   * Who watches this process has taken its addresses away, and has told the others that they are
   * free: this node listens before it takes them again.
   */
  public Ready relieved(VipId id, long nowNs) {
    Doings out = begin(nowNs);
    if (groupOf.containsKey(id)) {
      groupOf.get(id).relieved(nowNs, out);
    }
    return settled(out);
  }

  /**
   * Somebody else has removed the addresses from this host, an operator perhaps. If it still is
   * their owner, it takes them again.
   */
  public Ready gone(VipId id, long nowNs) {
    Doings out = begin(nowNs);
    if (owns(id)) {
      routers.get(id).takeAgain(nowNs, out);
    }
    return settled(out);
  }

  /**
   * The configuration has changed. What is in both keeps its role, and takes its new addresses at
   * once if it is the owner; what is new and joins a group that is owned here is owned, too.
   *
   * @throws IllegalArgumentException as the constructor; then nothing has changed
   */
  public Ready follow(List<VipOptions> next, Map<VipId, InetAddress> sources, long nowNs) {
    check(next, sources);
    Doings out = begin(nowNs);
    Map<VipId, VirtualRouter> before = new HashMap<>(routers);
    routers.clear();
    for (VipOptions vip : next) {
      VirtualRouter known = before.remove(vip.id());
      InetAddress source = sources.get(vip.id());
      if (known == null) {
        routers.put(vip.id(), new VirtualRouter(vip, source, nowNs));
      } else {
        known.follow(vip, source, nowNs, out);
        routers.put(vip.id(), known);
      }
    }
    for (VirtualRouter removed : before.values()) {
      removed.giveUp(VipReason.REMOVED, VipRole.INITIALIZE, nowNs, out);
    }
    regroup();
    groups.forEach(g -> g.join(hindrance(), nowNs, out));
    return settled(out);
  }

  private static void check(List<VipOptions> vips, Map<VipId, InetAddress> sources) {
    Set<VipId> ids = new HashSet<>();
    for (VipOptions vip : vips) {
      InetAddress source = sources.get(vip.id());
      int bytes = vip.id().ipv6() ? 16 : 4;
      if (source == null || source.getAddress().length != bytes) {
        throw new IllegalArgumentException(vip.id() + ": no source address");
      }
      if (!ids.add(vip.id())) {
        throw new IllegalArgumentException(vip.id() + " comes twice");
      }
    }
  }

  private void regroup() {
    Map<String, List<VirtualRouter>> named = new LinkedHashMap<>();
    List<VipGroup> next = new ArrayList<>();
    for (VirtualRouter router : routers.values()) {
      String name = router.options().group();
      if (name.isEmpty()) {
        next.add(new VipGroup(List.of(router)));
      } else {
        named.computeIfAbsent(name, any -> new ArrayList<>()).add(router);
      }
    }
    named.values().forEach(members -> next.add(new VipGroup(members)));
    Map<String, VipGroup> before = new HashMap<>();
    groups.forEach(g -> before.put(g.key(), g));
    next.stream()
        .filter(g -> before.containsKey(g.key()))
        .forEach(g -> g.like(before.get(g.key())));
    groupOf.clear();
    next.forEach(g -> g.members().forEach(m -> groupOf.put(m.id(), g)));
    groups = Collections.unmodifiableList(next);
  }

  // ---- what it comes to

  private Doings begin(long atNs) {
    nowNs = atNs;
    Doings out = new Doings();
    groups.forEach(g -> g.notice(atNs, out));
    return out;
  }

  private Ready settled(Doings out) {
    groups.forEach(g -> g.settle(hindrance(), mayOwn(g), nowNs, out));
    if (!inheritedUntilNs.isEmpty()) {
      goOn(out);
    }
    return out.ready();
  }

  private Optional<VipReason> hindrance() {
    if (stopped) {
      return Optional.of(VipReason.STOPPED);
    }
    if (!eligible) {
      return Optional.of(VipReason.NOT_READY);
    }
    return exclusion == VipExclusion.LEASE && !quorum
        ? Optional.of(VipReason.NO_QUORUM)
        : Optional.empty();
  }

  private Optional<VipReason> hindrance(VipGroup group) {
    Optional<VipReason> other = group.hindrance(hindrance());
    if (other.isEmpty() && group.isInUse(nowNs)) {
      return Optional.of(VipReason.IN_USE);
    }
    boolean lacksLease = other.isEmpty() && group.wants() && !mayOwn(group);
    return lacksLease ? Optional.of(VipReason.NO_LEASE) : other;
  }

  private boolean mayOwn(VipGroup group) {
    return exclusion != VipExclusion.LEASE || group.isLeased(nowNs);
  }

  private boolean owns(VipId id) {
    return routers.containsKey(id) && routers.get(id).role() == VipRole.ACTIVE;
  }

  /** What this node owns. */
  public Set<VipId> owned() {
    Set<VipId> owned = new HashSet<>(routers.keySet());
    owned.removeIf(id -> !owns(id));
    return owned;
  }

  /** Of all virtual routers, in the order of their ids. */
  public List<VipStatus> status(long atNs) {
    Collection<VirtualRouter> all = routers.values();
    return all.stream().map(r -> r.status(hindrance(groupOf.get(r.id())), atNs)).toList();
  }

  /** Adverts for virtual routers that are not configured here. */
  public long unknown() {
    return unknown;
  }
}
