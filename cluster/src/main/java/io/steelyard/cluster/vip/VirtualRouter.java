package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * One virtual router on this node: the state machine of RFC 9568, section 6.4.
 *
 * <pre>
 *               +--------------+
 *               |  INITIALIZE  |&lt;---------------------------------------+
 *               +--------------+                                        |
 *                 |          ^                                          |
 *     able to own |          | not able any more                        | not able any more:
 *                 v          |                                          | releases, says priority 0
 *               +--------------+   the owner was not heard for     +--------+
 *     advert -->|              |   the active-down interval, and   |        |--+ advertise interval:
 *     restarts  |    BACKUP    |   so for all of its group:        | ACTIVE |  | says that it is there
 *     the wait  |              |---- says so, takes, announces --->|        |&lt;-+ weaker owner heard: says
 *               +--------------+                                   +--------+    so at once, announces
 *                        ^                                              |
 *                        +----------------------------------------------+
 *                          stronger owner heard: releases, says priority 0
 *                          late: releases
 * </pre>
 *
 * <p>Stronger is the one with the higher priority; of two with the same, the one with the higher
 * address. A backup that preempts does not count a weaker owner as one. Priority 0 says that its
 * sender gives up: the wait is then the skew time, which is shorter the higher one's own priority
 * is. That counts only from the one that was heard as owner last, since one that lost its addresses
 * to another must not end the wait for that other.
 *
 * <p><em>Late</em> is an owner that has not advertised for its own active-down interval, because
 * its process was stopped: others may own the addresses by now. It gives up without a word, and
 * listens for two intervals. A backup that was stopped while its wait ran out listens, too: once.
 *
 * <p>Before it is taken for the first time, and nobody has been heard as its owner, others are
 * asked for its addresses, and it is not taken if a host that is no node of ours has one of them:
 * {@link ConflictDetection}. Who takes over from an owner does not wait for that.
 *
 * <p>What concerns a whole group is decided in {@link VipGroup}: this class never takes by itself.
 */
final class VirtualRouter {
  private static final int DOWN_INTERVALS = 3;
  private static final int LISTEN_INTERVALS = 2;

  /**
   * Who waits for a lease asks weaker ones to wait for so long: longer than others' leases last.
   */
  private static final int CLAIM_INTERVALS = 40;

  private static final int PRIORITIES = 256;

  /** After an advert of another node, for so long it may be that one who uses the addresses. */
  private static final long NODES_NS = 3_000_000_000L;

  private final Scrutiny scrutiny = new Scrutiny();
  private final ConflictDetection conflicts = new ConflictDetection();
  private final Announcements announcements = new Announcements();
  private VipOptions options;
  private InetAddress source;

  /** In effect: that of its group, less all penalties. */
  private int priority;

  private VipPenalty penalty = VipPenalty.NONE;
  private VipRole role = VipRole.INITIALIZE;
  private long sinceNs;
  private long transitions;
  private long secondOwners;

  /** Since when it has been able to own it. */
  private long ableNs;

  // As the owner.
  private long sentNs;
  private long sendNs;

  // As a backup: the owner's interval (Active_Adver_Interval), and when it counts as down.
  private long intervalNs;
  private long downNs;
  private boolean down;
  private boolean listens;

  /** When it asks an owner to give up next; while it wants to take and needs a lease. */
  private long claimNs;

  /** It has asked weaker ones to wait, while nobody owns it. */
  private boolean claims;

  // Who was heard last; null if nobody is.
  private InetAddress owner;
  private int ownerPriority;
  private long heardNs;

  /** Somebody was heard, ever: then what is to be taken was another node's. */
  private boolean known;

  /** While somebody else uses an address, as far as that counts. */
  private boolean inUse;

  VirtualRouter(VipOptions options, InetAddress source, long nowNs) {
    this.options = options;
    this.source = source;
    this.priority = options.priority();
    this.intervalNs = options.advertise().toNanos();
    this.sinceNs = nowNs;
  }

  VipId id() {
    return options.id();
  }

  VipOptions options() {
    return options;
  }

  VipRole role() {
    return role;
  }

  long sinceNs() {
    return sinceNs;
  }

  VipPenalty penalty() {
    return penalty;
  }

  void penalty(VipPenalty next) {
    penalty = next;
  }

  /** Its configuration has changed; its role has not. */
  void follow(VipOptions next, InetAddress nextSource, long nowNs, Doings out) {
    boolean moved = !next.addresses().equals(options.addresses());
    if (next.equals(options) && nextSource.equals(source)) {
      return;
    }
    options = next;
    source = nextSource;
    sendNs = nowNs;
    if (role == VipRole.ACTIVE) {
      intervalNs = options.advertise().toNanos();
    }
    if (moved && role == VipRole.ACTIVE) {
      takeAgain(nowNs, out);
    }
  }

  /** What it advertises from now on. */
  void priority(int next, long nowNs) {
    if (next != priority) {
      priority = next;
      sendNs = nowNs;
    }
  }

  // ---- what is heard

  /** Returns whether it must be given up to a stronger owner. */
  boolean heard(Advert advert, InetAddress from, long nowNs, Doings out) {
    if (!scrutiny.competes(advert, from, options, source, nowNs, out)) {
      return false;
    }
    boolean lost = role == VipRole.ACTIVE && heardAsOwner(advert, from, nowNs, out);
    if (role == VipRole.BACKUP) {
      heardAsBackup(advert, from, nowNs);
    }
    note(advert, from, nowNs);
    return lost;
  }

  private boolean heardAsOwner(Advert advert, InetAddress from, long nowNs, Doings out) {
    if (isStronger(advert.priority(), from)) {
      // Where the strongest preempts, that is how it comes to own.
      secondOwners += options.preempt() ? 0 : 1;
      intervalNs = bounded(advert.advertise());
      return true;
    }
    if (advert.priority() > 0) {
      secondOwners++;
      scrutiny.secondOwner(id(), from, advert.priority(), nowNs, out);
    }
    // It may have drawn traffic to itself: switches and neighbours learn again where it is.
    advertise(nowNs, out);
    announcements.restart(nowNs);
    announce(nowNs, out);
    return false;
  }

  private boolean isStronger(int theirs, InetAddress from) {
    return theirs > priority
        || (theirs == priority
            && Arrays.compareUnsigned(from.getAddress(), source.getAddress()) > 0);
  }

  private void heardAsBackup(Advert advert, InetAddress from, long nowNs) {
    if (advert.priority() == 0) {
      boolean ofOwner = owner == null || owner.equals(from) || nowNs - heardNs >= downIntervalNs();
      if (ofOwner && !down) {
        wait(Math.min(skewNs(), downNs - nowNs), nowNs);
      }
    } else if (goesBefore(advert, from, nowNs) || !(outbids(nowNs) || mayTakeFrom(advert, nowNs))) {
      intervalNs = bounded(advert.advertise());
      listens = false;
      wait(downIntervalNs(), nowNs);
    }
  }

  /** Of two equal ones that ask each other to wait, one has to go on. */
  private boolean goesBefore(Advert advert, InetAddress from, long nowNs) {
    return outbids(nowNs) ? isStronger(advert.priority(), from) : advert.priority() >= priority;
  }

  /** Two ask each other to wait at the same time: then the weaker one waits. */
  private boolean outbids(long nowNs) {
    return claims && nowNs - downNs < intervalNs;
  }

  private void note(Advert advert, InetAddress from, long nowNs) {
    known = true;
    if (advert.priority() > 0) {
      owner = from;
      ownerPriority = advert.priority();
      heardNs = nowNs;
    } else if (from.equals(owner)) {
      owner = null;
    }
  }

  /** An owner that says {@link VipOptions#LAST_RESORT} has asked to be relieved. */
  private boolean mayTakeFrom(Advert weaker, long nowNs) {
    return preempts(nowNs) || weaker.priority() == VipOptions.LAST_RESORT;
  }

  private boolean preempts(long nowNs) {
    return options.preempt() && nowNs - ableNs >= options.preemptDelay().toNanos();
  }

  /** Of what comes from the network, too. */
  private static long bounded(Duration advertise) {
    long least = VipOptions.ADVERTISE_MIN.toNanos();
    return Math.clamp(advertise.toNanos(), least, VipOptions.ADVERTISE_MAX.toNanos());
  }

  // ---- who else uses its addresses

  /** It is to be taken for the first time: until then it has to be sure that nobody has it. */
  private boolean isFirst() {
    return role == VipRole.BACKUP && !known && transitions == 0;
  }

  void answered(VipConflict by, long nowNs, Doings out) {
    boolean another = known && nowNs - heardNs < NODES_NS;
    if (another || (role != VipRole.ACTIVE && !isFirst())) {
      // Another node, which gives it up, or will have to.
      return;
    }
    conflicts.answered(by, nowNs);
    inUse = isFirst();
    scrutiny.inUse(id(), by, role == VipRole.ACTIVE, nowNs, out);
  }

  /** It is not taken for that. */
  boolean isInUse(long nowNs) {
    return inUse && isFirst() && conflicts.conflict(nowNs).isPresent();
  }

  private boolean asks() {
    return role == VipRole.ACTIVE || isFirst();
  }

  private void ask(long nowNs, Doings out) {
    inUse = isInUse(nowNs);
    if (asks() && conflicts.isDue(role == VipRole.ACTIVE, intervalNs, nowNs)) {
      out.probe(id());
    }
  }

  // ---- the wait for the owner

  /** Skew_Time: of several backups the one with the highest priority is the first (section 6.1). */
  private long skewNs() {
    return (PRIORITIES - priority) * intervalNs / PRIORITIES;
  }

  private long downIntervalNs() {
    return DOWN_INTERVALS * intervalNs + skewNs();
  }

  private void wait(long forNs, long nowNs) {
    down = false;
    claims = false;
    downNs = nowNs + forNs;
  }

  /** All of its group wait longer. */
  void postpone(long byNs) {
    downNs += byNs;
  }

  long intervalNs() {
    return intervalNs;
  }

  /** It could take it: nobody that counts owns it. */
  boolean wants() {
    return role == VipRole.BACKUP && down && !inUse;
  }

  // ---- time

  /** The owner has been silent for so long that others may own it. */
  boolean isLate(long nowNs) {
    return role == VipRole.ACTIVE && nowNs - sentNs >= downIntervalNs();
  }

  /** Another process has spoken for this one, at that time. */
  void advertised(long atNs) {
    if (role == VipRole.ACTIVE && atNs - sentNs > 0) {
      sentNs = atNs;
    }
  }

  void tick(long nowNs, Doings out) {
    ask(nowNs, out);
    switch (role) {
      case INITIALIZE -> {}
      case BACKUP -> {
        if (!down && nowNs - downNs >= 0) {
          waited(nowNs);
        }
      }
      case ACTIVE -> {
        if (nowNs - sendNs >= 0) {
          advertise(nowNs, out);
        }
        announce(nowNs, out);
      }
    }
  }

  /**
   * By an advert, though this node does not own it: asks a weaker owner to give up, or, where there
   * is no owner, asks weaker ones that wait for the same lease to leave it to this one.
   */
  void claim(long nowNs, Doings out) {
    if (nowNs - claimNs < 0) {
      return;
    }
    claimNs = nowNs + options.advertise().toNanos();
    boolean owned = owner != null && nowNs - heardNs < downIntervalNs();
    if (owned || nowNs - downNs < CLAIM_INTERVALS * intervalNs) {
      claims = !owned;
      say(priority, out);
    }
  }

  long claimDeadlineNs(long otherwiseNs) {
    return earlier(claimNs, otherwiseNs);
  }

  private void waited(long nowNs) {
    boolean stopped = nowNs - downNs > intervalNs / 2;
    if (stopped && !listens) {
      // What came meanwhile may not have been read yet.
      listens = true;
      wait(LISTEN_INTERVALS * intervalNs + skewNs(), nowNs);
    } else {
      down = true;
      claimNs = nowNs;
    }
  }

  /** When it wants to be ticked next, or {@code otherwiseNs} if that is sooner. */
  long deadlineNs(long otherwiseNs) {
    long askNs = asks() ? earlier(conflicts.probeNs(), otherwiseNs) : otherwiseNs;
    return switch (role) {
      case INITIALIZE -> otherwiseNs;
      case BACKUP -> down ? askNs : earlier(downNs, askNs);
      case ACTIVE -> earlier(earlier(sendNs, announcements.nextNs()), askNs);
    };
  }

  private static long earlier(long aNs, long bNs) {
    return aNs - bNs < 0 ? aNs : bNs;
  }

  private void advertise(long nowNs, Doings out) {
    say(priority, out);
    sentNs = nowNs;
    sendNs = nowNs + options.advertise().toNanos();
  }

  private void say(int said, Doings out) {
    out.send(new Advert(id(), said, options.advertise(), options.inetAddresses()));
  }

  private void announce(long nowNs, Doings out) {
    if (announcements.due(nowNs)) {
      out.announce(id());
    }
  }

  // ---- what its group decides

  /** It has become able to own it. */
  void begin(long nowNs) {
    to(VipRole.BACKUP, nowNs);
    ableNs = nowNs;
    owner = null;
    listens = false;
    intervalNs = options.advertise().toNanos();
    wait(downIntervalNs(), nowNs);
    conflicts.begin(nowNs);
  }

  void take(long nowNs, Doings out) {
    conflicts.owned(nowNs);
    ableNs = isNew() ? nowNs : ableNs;
    to(VipRole.ACTIVE, nowNs);
    transitions++;
    owner = null;
    intervalNs = options.advertise().toNanos();
    advertise(nowNs, out);
    takeAgain(nowNs, out);
    out.event(new VipEvent.Owned(id(), priority));
  }

  /** It has taken no part yet. */
  boolean isNew() {
    return role == VipRole.INITIALIZE;
  }

  /** What two nodes cannot have in common. */
  long sourceHash() {
    return Arrays.hashCode(source.getAddress());
  }

  /** It is the owner, and has lost its addresses or has others now. */
  void takeAgain(long nowNs, Doings out) {
    out.take(id());
    announcements.start(nowNs);
    announce(nowNs, out);
  }

  /**
   * If it is not the owner, only its role changes. It says so to a stronger owner, too, which the
   * RFC does not ask for: that one may not have heard of this one, and must announce again. One
   * that was paused says nothing: it does not know whether it is the owner.
   */
  void giveUp(VipReason why, VipRole next, long nowNs, Doings out) {
    if (role == VipRole.ACTIVE) {
      transitions++;
      out.release(id());
      if (why != VipReason.PAUSED) {
        say(0, out);
      }
      out.event(new VipEvent.GivenUp(id(), why));
    }
    if (role != next) {
      to(next, nowNs);
      long forNs =
          why == VipReason.PAUSED ? LISTEN_INTERVALS * intervalNs + skewNs() : downIntervalNs();
      listens = why == VipReason.PAUSED;
      wait(forNs, nowNs);
    }
  }

  private void to(VipRole next, long nowNs) {
    role = next;
    sinceNs = nowNs;
  }

  VipStatus status(Optional<VipReason> hindrance, long nowNs) {
    boolean active = role == VipRole.ACTIVE;
    boolean silent = owner == null || nowNs - heardNs >= downIntervalNs();
    InetAddress theirs = silent ? null : owner;
    return new VipStatus(
        id(),
        role,
        priority,
        Optional.ofNullable(active ? source : theirs),
        active ? priority : silent ? 0 : ownerPriority,
        nowNs - sinceNs,
        hindrance,
        transitions,
        secondOwners,
        scrutiny.foreign(),
        active ? conflicts.conflictOfOwner(nowNs) : conflicts.conflict(nowNs),
        conflicts.count());
  }
}
