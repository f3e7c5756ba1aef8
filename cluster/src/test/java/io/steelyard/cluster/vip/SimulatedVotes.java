package io.steelyard.cluster.vip;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.BeatCodec;
import io.steelyard.cluster.member.Member;
import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.member.MembershipOptions;
import io.steelyard.cluster.member.NodeReport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a host gets its leases: by the {@link Membership} that nodes have, which is moved by beats as
 * they are sent, and looked at as the thread that elects does.
 */
class SimulatedVotes {
  /** The thread that elects looks so often what it may own. */
  private static final long LOOK_NS = 25_000_000;

  /** Who stops says so in its beats, which end only with the process. */
  private static final long DRAINS_NS = 200_000_000;

  /** The process before may still have the port; it is tried again so often. */
  private static final long PORT_RETRY_NS = 100_000_000;

  private static final long LATE_MAX_NS = 500_000;

  private static final NodeReport REPORT =
      new NodeReport("1", "r", "", NodeReport.State.READY, 0, 0, List.of(), 0);

  final SimulatedHost host;
  private final MembershipOptions options;
  private final long guardNs;

  /** Null while there is no port. */
  private Membership member;

  private long incarnation;
  private long handOvers;

  /** Of a process that waits for the port. */
  private Membership.Life waiting;

  private Set<String> wanted = Set.of();
  private long lookNs;
  private boolean overdue;

  SimulatedVotes(SimulatedHost host) {
    this(host, leaseNs(host.hangNs));
  }

  SimulatedVotes(SimulatedHost host, long leaseNs) {
    this.host = host;
    this.guardNs = host.hangNs;
    this.options = MembershipOptions.DEFAULT.withLeaseOf(Duration.ofNanos(leaseNs));
  }

  /** As long as a node has it: the guard has long acted. */
  static long leaseNs(long guardNs) {
    return guardNs * 5 / 2;
  }

  long leaseNs() {
    return options.lease().toNanos();
  }

  // ---- the process's life

  /** With a process that has forgotten all. */
  void start() {
    incarnation++;
    wanted = Set.of();
    join(new Membership.Life(incarnation, host.lan.random.nextLong()));
  }

  private void join(Membership.Life life) {
    overdue = false;
    lookNs = host.localNs();
    member = new Membership(name(host), life, options, bornNs());
    member.nodes(host.lan.hosts.size());
    member.wants(wanted, host.localNs());
    beat(member);
  }

  /** When it began: and has forgotten all, whatever that is. */
  long bornNs() {
    return host.localNs();
  }

  private static String name(SimulatedHost host) {
    return "n" + host.number;
  }

  /** All is given up; the process lives on for a while. */
  void stop() {
    if (member != null) {
      Membership stops = member;
      stops.wants(Set.of(), host.localNs());
      host.lan.in(
          DRAINS_NS,
          () -> {
            if (stops.equals(member)) {
              end();
            }
          });
    }
  }

  void end() {
    member = null;
  }

  /** Another process goes on as soon as it gets the port. */
  void handOver() {
    Membership.Life life = next(member == null ? waiting : member.life());
    waiting = life;
    member = null;
    wanted = host.wanted();
    long number = ++handOvers;
    long ofIncarnation = incarnation;
    host.lan.in(
        host.lan.random.nextLong(PORT_RETRY_NS),
        () -> {
          if (handOvers == number && incarnation == ofIncarnation && host.isRunning()) {
            join(life);
          }
        });
  }

  /** What the next process goes on with. */
  Membership.Life next(Membership.Life life) {
    return life.next();
  }

  // ---- beats

  private void beat(Membership of) {
    if (!of.equals(member)) {
      return;
    }
    if (host.isPaused()) {
      overdue = true;
      return;
    }
    of.tick(host.localNs(), host.lan.random);
    ByteBuffer bytes = BeatCodec.write(of.beat(REPORT, host.localNs()));
    host.lan.send(host.number, to -> to.votes().arrives(bytes.duplicate()));
    long waitNs = options.beat().toNanos() + host.lan.random.nextLong(LATE_MAX_NS);
    host.lan.in(waitNs, () -> beat(of));
  }

  /** Which thread is the first one when the process goes on is not known. */
  void resumed() {
    if (overdue) {
      overdue = false;
      Membership of = member;
      host.lan.in(host.lan.random.nextLong(2) * LATE_MAX_NS, () -> beat(of));
    }
  }

  private void arrives(ByteBuffer bytes) {
    if (host.isPaused()) {
      host.arrives(() -> received(bytes));
    } else {
      received(bytes);
    }
  }

  private void received(ByteBuffer bytes) {
    if (member != null) {
      member.received(heard(read(bytes)), "", host.localNs(), 0, new ArrayList<>());
    }
  }

  private static Beat read(ByteBuffer bytes) {
    try {
      return BeatCodec.read(bytes);
    } catch (BeatCodec.MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** What is made of a beat. */
  Beat heard(Beat beat) {
    return beat;
  }

  // ---- what the thread that elects does

  /** What it wants is asked for; it may own what most grant it. */
  void look() {
    lookNs = host.localNs() + LOOK_NS;
    host.quorum(reachesMajority());
    wanted = host.wanted();
    if (member != null) {
      member.wants(wanted, host.localNs());
    }
    host.leases(leases());
  }

  private boolean reachesMajority() {
    if (member == null) {
      return false;
    }
    long heard =
        member.members(host.localNs()).stream()
            .filter(m -> m.presence() == Member.Presence.HEARD)
            .count();
    return 2 * (heard + 1) > host.lan.hosts.size();
  }

  /** They end early: a process that is stopped is no second owner if its guard acts in time. */
  private Map<String, Long> leases() {
    Map<String, Long> untilNs = new HashMap<>();
    long nowNs = host.localNs();
    for (String key : member == null ? Set.<String>of() : wanted) {
      long endsNs = member.heldUntilNs(key, nowNs) - guardNs;
      if (endsNs - nowNs > 0) {
        untilNs.put(key, endsNs);
      }
    }
    return untilNs;
  }

  /** Until it looks again. */
  long waitNs() {
    return lookNs - host.localNs();
  }
}
