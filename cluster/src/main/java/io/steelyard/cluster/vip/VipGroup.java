package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Virtual routers that are owned by the same node: or a single one that is in no group. They are
 * taken when all of them could be, and given up when one of them must be. All have the priority of
 * the lowest, and the penalties of all: else one node would be the stronger one for some of them
 * only, and none could own them together.
 */
final class VipGroup {
  /** By how many intervals the wait may grow that tells two groups apart that collide. */
  private static final int APART_INTERVALS = 8;

  private final List<VirtualRouter> members;
  private final String key;
  private int collisions;

  /** Until when this node may own it; that does not count if it is not leased. */
  private long leasedUntilNs;

  private boolean leased;

  VipGroup(List<VirtualRouter> members) {
    this.members = List.copyOf(members);
    this.key = key(members.getFirst().options());
  }

  /** Links, and with them the scopes of addresses, are named differently on each node. */
  private static String key(VipOptions first) {
    String address = first.inetAddresses().getFirst().getHostAddress().replaceFirst("%.*", "");
    return first.group().isEmpty()
        ? first.id().routerId() + "/" + address
        : "group " + first.group();
  }

  /** It was another one of the same key until the configuration changed. */
  void like(VipGroup before) {
    leased = before.leased;
    leasedUntilNs = before.leasedUntilNs;
  }

  /** What its lease is called: the same on all nodes. */
  String key() {
    return key;
  }

  /** {@code untilNs} is null if there is no lease. */
  void lease(Long untilNs) {
    leased = untilNs != null;
    leasedUntilNs = leased ? untilNs : 0;
  }

  /** Counts only of what is owned. */
  long leasedUntilNs() {
    return leasedUntilNs;
  }

  boolean isLeased(long nowNs) {
    return leased && nowNs - leasedUntilNs < 0;
  }

  /** It is owned here, or would be if it were not for a lease. */
  boolean wants() {
    return isActive() || members.stream().allMatch(VirtualRouter::wants);
  }

  /** Who is no node of ours uses one of its addresses, and so it is not taken. */
  boolean isInUse(long nowNs) {
    return members.stream().anyMatch(m -> m.isInUse(nowNs));
  }

  long deadlineNs(long otherwiseNs) {
    long deadlineNs = otherwiseNs;
    for (VirtualRouter member : members) {
      deadlineNs = member.deadlineNs(deadlineNs);
    }
    if (!isActive() && wants()) {
      deadlineNs = members.getFirst().claimDeadlineNs(deadlineNs);
    }
    boolean ends = leased && isActive() && leasedUntilNs - deadlineNs < 0;
    return ends ? leasedUntilNs : deadlineNs;
  }

  List<VirtualRouter> members() {
    return members;
  }

  boolean isActive() {
    return members.stream().anyMatch(m -> m.role() == VipRole.ACTIVE);
  }

  private int priority() {
    int lowest = members.stream().mapToInt(m -> m.options().priority()).min().orElseThrow();
    return members.stream()
        .map(VirtualRouter::penalty)
        .reduce(VipPenalty.NONE, VipPenalty::plus)
        .from(lowest);
  }

  /** Why its members may not be owned; {@code ofNode} counts first. */
  Optional<VipReason> hindrance(Optional<VipReason> ofNode) {
    return ofNode.isPresent() || priority() > 0 ? ofNode : Optional.of(VipReason.TRACKED);
  }

  /** To be asked before anything else is done. */
  void notice(long nowNs, Doings out) {
    if (members.stream().anyMatch(m -> m.isLate(nowNs))) {
      giveUp(VipReason.PAUSED, VipRole.BACKUP, nowNs, out);
    }
  }

  void heard(VirtualRouter member, Advert advert, InetAddress from, long nowNs, Doings out) {
    if (!member.heard(advert, from, nowNs, out)) {
      return;
    }
    boolean collided = nowNs - member.sinceNs() < 2 * member.intervalNs();
    collisions = collided ? collisions + 1 : 0;
    member.giveUp(VipReason.STRONGER, VipRole.BACKUP, nowNs, out);
    giveUp(VipReason.GROUP, VipRole.BACKUP, nowNs, out);
    if (members.size() > 1 && collided) {
      apart();
    }
  }

  /**
   * Two nodes of the same priority may each have the higher address on one of two networks: then
   * both give all up, wait, take, and do so again. Their waits must differ.
   */
  private void apart() {
    VirtualRouter first = members.getFirst();
    long mixed = (first.sourceHash() + collisions * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    long intervals = Math.floorMod(mixed >>> 32, APART_INTERVALS);
    members.forEach(m -> m.postpone(intervals * first.intervalNs()));
  }

  /** Others were told that it is given up here, and it was. */
  void relieved(long nowNs, Doings out) {
    if (isActive()) {
      giveUp(VipReason.PAUSED, VipRole.BACKUP, nowNs, out);
    }
  }

  private void giveUp(VipReason why, VipRole next, long nowNs, Doings out) {
    leased = false;
    members.forEach(m -> m.giveUp(why, next, nowNs, out));
  }

  void tick(long nowNs, Doings out) {
    members.forEach(m -> m.tick(nowNs, out));
  }

  /** Asks weaker owners to give up, whose leases this node lacks. */
  void claim(long nowNs, Doings out) {
    if (!isActive() && !isLeased(nowNs) && wants()) {
      members.forEach(m -> m.claim(nowNs, out));
    }
  }

  /**
   * Comes to what must be, after whatever has changed.
   *
   * @param mayOwn it is leased, or needs not be
   */
  void settle(Optional<VipReason> ofNode, boolean mayOwn, long nowNs, Doings out) {
    int priority = priority();
    members.forEach(m -> m.priority(priority, nowNs));
    Optional<VipReason> hindrance = hindrance(ofNode);
    if (hindrance.isPresent()) {
      giveUp(hindrance.get(), VipRole.INITIALIZE, nowNs, out);
      return;
    }
    members.stream().filter(m -> m.role() == VipRole.INITIALIZE).forEach(m -> m.begin(nowNs));
    boolean all = members.stream().allMatch(m -> m.role() == VipRole.ACTIVE);
    if (!all && isActive()) {
      giveUp(VipReason.GROUP, VipRole.BACKUP, nowNs, out);
    } else if (all && !mayOwn) {
      giveUp(VipReason.NO_LEASE, VipRole.BACKUP, nowNs, out);
    } else if (mayOwn && members.stream().allMatch(VirtualRouter::wants)) {
      members.forEach(m -> m.take(nowNs, out));
    }
  }

  /** Who is new in a group that is owned here is owned here, too. */
  void join(Optional<VipReason> ofNode, long nowNs, Doings out) {
    if (isActive() && hindrance(ofNode).isEmpty()) {
      members.stream().filter(VirtualRouter::isNew).forEach(m -> m.take(nowNs, out));
    }
  }

  /** Takes at once what this host owns already, if it may. */
  void adopt(Optional<VipReason> ofNode, boolean mayOwn, long nowNs, Doings out) {
    if (mayOwn && hindrance(ofNode).isEmpty() && !isActive()) {
      members.forEach(m -> m.take(nowNs, out));
    }
  }
}
