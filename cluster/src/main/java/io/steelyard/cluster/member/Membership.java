package io.steelyard.cluster.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The other nodes, by what they say. Says itself when the next beat is due and what is in it; holds
 * leases that more than half of all nodes grant. Has no clock, chance, thread or socket of its own;
 * one thread at a time.
 *
 * <pre>
 *               a beat                nothing for "silence"
 *   (unknown) ---------> HEARD ------------------------------> LOST
 *                          |  ^            a beat               |
 *                          |  +---------------------------------+
 *                          | it said "leaving", and then nothing
 *                          v
 *                         LEFT   (forgotten when there is no room for others, like LOST)
 * </pre>
 */
public final class Membership {
  private final String self;
  private final long incarnation;
  private final long instance;
  private final MembershipOptions options;
  private final long silenceNs;
  private final Votes votes;
  private final Map<String, Known> known = new TreeMap<>();
  private long sequence;
  private int nodes = 1;

  /**
   * A node's life, as others know it.
   *
   * @param incarnation when it was started, in ms since 1970
   * @param instance a random number
   * @param sequence of the last beat
   * @param leaseNs for how long its votes are good
   * @param votesFromNs before that it gives none: it may have promised something in an earlier life
   * @param promised what this node has promised to others, and to itself
   * @param granted what others have promised to this node
   */
  public record Life(
      long incarnation,
      long instance,
      long sequence,
      long leaseNs,
      long votesFromNs,
      List<Promised> promised,
      List<Granted> granted) {
    /** More beats than one process sends. */
    private static final long BEATS_MAX = 1L << 32;

    public Life {
      promised = List.copyOf(promised);
      granted = List.copyOf(granted);
    }

    /** One that begins. */
    public Life(long incarnation, long instance) {
      this(incarnation, instance, 0, 0, 0, List.of(), List.of());
    }

    private boolean goesOn() {
      return sequence > 0;
    }

    /**
     * For another process of the same host, which takes over: for the others nothing happens, and
     * what they have promised stays promised. The former process must not beat any more.
     */
    public Life next() {
      return new Life(
          incarnation, instance, sequence + BEATS_MAX, leaseNs, votesFromNs, promised, granted);
    }
  }

  /** A vote that this node has given; times are of this host. */
  public record Promised(
      String what, String candidate, long incarnation, long echoNs, long endsNs) {}

  /** A vote that this node has got. */
  public record Granted(String what, String voter, long endsNs) {}

  /** What became of a beat. */
  public enum Verdict {
    TAKEN,
    /** It is this node's own. */
    OWN,
    /** It was overtaken by a later one, or repeated. */
    OLD,
    /** Another node has this one's name. */
    SAME_NAME,
    /** There are too many nodes. */
    FULL
  }

  /**
   * Something about a node has changed.
   *
   * @param now how it is now
   */
  public record Change(Member now) {}

  private static final class Known {
    private Beat beat;
    private String address;
    private Member.Presence presence;
    private long sinceNs;
    private long heardNs;
    private long aheadMs;
  }

  /**
   * For one node in one life.
   *
   * @param self its name
   * @param incarnation when it was started, in ms since 1970
   * @param instance a random number
   */
  public Membership(
      String self, long incarnation, long instance, MembershipOptions options, long nowNs) {
    this(self, new Life(incarnation, instance), options, nowNs);
  }

  /**
   * For one process of a node.
   *
   * @param self its name
   * @param life {@link Life#next} of the process that this one takes over from. What that one held
   *     is wanted before the first beat, or it is given up.
   */
  public Membership(String self, Life life, MembershipOptions options, long nowNs) {
    this.self = self;
    this.incarnation = life.incarnation;
    this.instance = life.instance;
    this.sequence = life.sequence;
    this.options = options;
    this.silenceNs = options.silence().toNanos();
    this.votes = new Votes(self, incarnation, options.lease().toNanos(), life.leaseNs, nowNs);
    if (life.goesOn()) {
      votes.goOn(life, nowNs);
    }
  }

  /**
   * How many nodes there are to be, this one included; those that are heard count, too, if they are
   * more.
   */
  public void nodes(int count) {
    nodes = count;
  }

  /** As it is now, for a process that takes over. */
  public Life life() {
    return new Life(
        incarnation,
        instance,
        sequence,
        options.lease().toNanos(),
        votes.votesFromNs(),
        votes.promised(),
        votes.granted());
  }

  /** This node's next beat, to be sent to all others. */
  public Beat beat(NodeReport own, long nowNs) {
    votes.asked(self, incarnation, votes.asks(nowNs), nowNs, nowNs);
    List<Vote> cast = votes.cast(nowNs);
    votes.answered(self, cast, nowNs);
    sequence++;
    return new Beat(
        self,
        incarnation,
        instance,
        sequence,
        nowNs,
        own,
        known.values().stream().filter(k -> hears(k, nowNs)).map(k -> k.beat.node()).toList(),
        votes.asks(nowNs),
        cast);
  }

  private boolean hears(Known other, long nowNs) {
    return nowNs - other.heardNs <= silenceNs;
  }

  /**
   * Another node has said something.
   *
   * @param address where it came from, as it is shown
   * @param changes to which what has changed is added
   */
  public Verdict received(Beat beat, String address, long nowNs, long nowMs, List<Change> changes) {
    if (beat.node().equals(self)) {
      boolean own = beat.instance() == instance && beat.incarnation() == incarnation;
      return own ? Verdict.OWN : Verdict.SAME_NAME;
    }
    Known other = known.get(beat.node());
    if (other != null && !follows(beat, other.beat)) {
      return Verdict.OLD;
    }
    if (other == null && !room()) {
      return Verdict.FULL;
    }
    boolean reborn = other != null && other.beat.incarnation() != beat.incarnation();
    Known now = other == null ? new Known() : other;
    known.put(beat.node(), now);
    boolean news =
        other == null
            || now.presence != Member.Presence.HEARD
            || reborn
            || now.beat.report().state() != beat.report().state();
    if (now.presence != Member.Presence.HEARD || reborn) {
      now.presence = Member.Presence.HEARD;
      now.sinceNs = nowNs;
    }
    now.beat = beat;
    now.address = address;
    now.heardNs = nowNs;
    now.aheadMs = beat.report().clockMs() - nowMs;
    votes.asked(beat.node(), beat.incarnation(), beat.asks(), beat.sentNs(), nowNs);
    votes.answered(beat.node(), beat.votes(), nowNs);
    if (news) {
      changes.add(new Change(member(now, nowNs)));
    }
    return Verdict.TAKEN;
  }

  private static boolean follows(Beat next, Beat last) {
    return next.incarnation() > last.incarnation()
        || (next.incarnation() == last.incarnation() && next.sequence() > last.sequence());
  }

  /** Of too many nodes one that is gone is forgotten. */
  private boolean room() {
    if (known.size() < options.membersMax()) {
      return true;
    }
    return known.values().stream()
        .filter(k -> k.presence != Member.Presence.HEARD)
        .min((a, b) -> Long.signum(a.heardNs - b.heardNs))
        .map(gone -> known.remove(gone.beat.node()))
        .isPresent();
  }

  /** Time has passed: who is not heard any more is lost, or has left. */
  public List<Change> tick(long nowNs, RandomGenerator random) {
    List<Change> changes = new ArrayList<>();
    for (Known other : known.values()) {
      if (other.presence == Member.Presence.HEARD && !hears(other, nowNs)) {
        boolean said = other.beat.report().state() == NodeReport.State.LEAVING;
        other.presence = said ? Member.Presence.LEFT : Member.Presence.LOST;
        other.sinceNs = nowNs;
        changes.add(new Change(member(other, nowNs)));
      }
    }
    votes.giveWay(voters(), random.nextDouble(), nowNs);
    return changes;
  }

  /** All other nodes that are known, by name. */
  public List<Member> members(long nowNs) {
    return known.values().stream().map(k -> member(k, nowNs)).toList();
  }

  private Member member(Known other, long nowNs) {
    return new Member(
        other.beat.node(),
        other.address,
        other.presence,
        Duration.ofNanos(nowNs - other.sinceNs),
        Duration.ofNanos(nowNs - other.heardNs),
        other.beat.hears().contains(self),
        Duration.ofMillis(other.aheadMs),
        other.beat.report());
  }

  /**
   * What this node wants more than half of all votes for; what it held and is not among them must
   * have been given up before.
   */
  public void wants(Set<String> things, long nowNs) {
    votes.wants(things, nowNs);
  }

  /** Whether more than half of all nodes say at this moment that it is this node's. */
  public boolean holds(String what, long nowNs) {
    return votes.holds(what, voters(), nowNs);
  }

  /** Until when it is this node's for sure; not after {@code nowNs}: it is not. */
  public long heldUntilNs(String what, long nowNs) {
    return votes.heldUntilNs(what, voters(), nowNs);
  }

  /** To whom this node has promised its vote; empty: nobody. */
  public String votedFor(String what, long nowNs) {
    return votes.promisedTo(what, nowNs);
  }

  /** How many nodes there are of which more than half have to agree. */
  public int voters() {
    long heard = known.values().stream().filter(k -> k.presence == Member.Presence.HEARD).count();
    return Math.max(nodes, (int) heard + 1);
  }
}
