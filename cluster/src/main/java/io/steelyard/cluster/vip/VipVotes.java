package io.steelyard.cluster.vip;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Leases that a majority of nodes grants: at most one node holds one for a key at a time, however
 * the network is cut. Each node is a candidate and a voter. A voter promises a key to the first one
 * that asks, and to nobody else for the time of a lease; asking again renews that. A candidate
 * holds a key while a majority has promised it, counted from when it <em>asked</em>.
 *
 * <pre>
 *   of a key, as a candidate:
 *
 *             wanted             a majority
 *   NOTHING ---------> ASKING --------------> HELD
 *      ^                ^   |                   |
 *      | not wanted any |   | asked in vain     | the majority is lost: ASKING
 *      | more           |   v so often          |
 *      +--- (any)       RESTS: not asked for, so that others' votes get free. Each node rests for
 *                              another time.
 * </pre>
 *
 * <p>Why no two hold the same: two majorities have a voter in common, which has promised the key to
 * one of them until after that one stops believing in it. For that, clocks must run at the same
 * speed within one percent, and a voter that begins, and has forgotten what it promised, promises
 * nothing for the time of a lease.
 *
 * <p>A candidate stops believing earlier than it would have to, by {@code hangNs}: if a guard
 * removes addresses when the process has said nothing for that time, a process that is stopped is
 * no exception. It must give up what is no longer in {@link #leases}, and only then {@link #tick}
 * with fewer wishes, since that sets the key free. For one thread.
 *
 * <p>A process that succeeds another one of the same node wants what that one owns from its first
 * ask on: else that would give it back. The other one must not ask any more, and ends when this one
 * has the leases.
 *
 * <p>All nodes are known beforehand. To add or remove one, begin anew on each, one after the other:
 * majorities of sets that differ by one node have a voter in common, too.
 */
public final class VipVotes {
  /** As many keys may be wanted at a time by one node. */
  public static final int KEYS_MAX = 4096;

  private static final int ASKS_PER_LEASE = 8;
  private static final int QUICKER = 4;

  /** Asks in vain before it rests. */
  private static final int IN_VAIN_MAX = 8;

  /** By how much of it a voter's promise is longer than the lease: for clocks that differ. */
  private static final long DRIFT_SHARE = 50;

  /**
   * To all other nodes. Later ones of a node have a higher life, or the same and a higher round.
   */
  public record Ask(String from, long life, long round, Set<String> wants) {
    public Ask {
      wants = Set.copyOf(wants);
    }
  }

  /** To the node that asked. */
  public record Answer(String from, long life, long round, Set<String> granted) {
    public Answer {
      granted = Set.copyOf(granted);
    }
  }

  private record Promise(String to, long untilNs) {}

  private record Heard(long life, long round, long atNs) {
    boolean isAfter(Ask ask) {
      return life > ask.life || (life == ask.life && round >= ask.round);
    }
  }

  /** A key that this node wants. */
  private static final class Wish {
    /** Answers to earlier rounds do not count; while it rests, none does. */
    private long fromRound;

    private int inVain;
    private boolean rests;
    private long restsUntilNs;

    /** By voter: when it was asked for what it has promised. */
    private final Map<String, Long> grantedNs = new HashMap<>();
  }

  private final String self;
  private final Set<String> nodes;
  private final long life;
  private final long leaseNs;
  private final long hangNs;

  // The voter.
  private final Map<String, Promise> promises = new HashMap<>();
  private final Map<String, Heard> heard = new HashMap<>();
  private final long promisesFromNs;

  // The candidate.
  private final Map<String, Wish> wishes = new TreeMap<>();
  private final Map<Long, Long> askedNs = new LinkedHashMap<>();
  private final Map<String, Long> answeredNs = new HashMap<>();
  private long round;
  private long askNs;

  /**
   * @param nodes the names of all, this one included
   * @param life higher than in each earlier process of this node: the time of day will do
   * @param leaseNs for how long a key stays with a node that is not heard of any more
   * @param hangNs after what silence of this process a guard removes its addresses; less than half
   *     a lease, and 0 without a guard: then a process that is stopped may be a second owner
   */
  public VipVotes(
      String self, Set<String> nodes, long life, long leaseNs, long hangNs, long nowNs) {
    if (!nodes.contains(self) || hangNs < 0 || 2 * hangNs > leaseNs) {
      throw new IllegalArgumentException(self + " of " + nodes + ", hang " + hangNs);
    }
    this.self = self;
    this.nodes = new TreeSet<>(nodes);
    this.life = life;
    this.leaseNs = leaseNs;
    this.hangNs = hangNs;
    this.promisesFromNs = nowNs + promiseNs();
    this.askNs = nowNs;
  }

  private long promiseNs() {
    return leaseNs + leaseNs / DRIFT_SHARE;
  }

  // ---- the candidate

  /**
   * What is to be asked now, if anything.
   *
   * @param wants what this node owns or would own; at most {@link #KEYS_MAX}
   */
  public Optional<Ask> tick(Set<String> wants, long nowNs) {
    boolean fewer = wishes.keySet().removeIf(key -> !wants.contains(key));
    boolean more = false;
    for (String key : wants) {
      if (!wishes.containsKey(key) && wishes.size() < KEYS_MAX) {
        Wish wish = new Wish();
        wish.fromRound = round + 1;
        wishes.put(key, wish);
        more = true;
      }
    }
    return fewer || more || nowNs - askNs >= 0 ? Optional.of(ask(nowNs)) : Optional.empty();
  }

  /** When it wants to be ticked. */
  public long nextDeadlineNs() {
    return askNs;
  }

  private Ask ask(long nowNs) {
    round++;
    Set<String> wants = new TreeSet<>();
    wishes.forEach((key, wish) -> {
      if (asksFor(wish, nowNs)) {
        wants.add(key);
      }
    });
    askedNs.values().removeIf(atNs -> nowNs - atNs > leaseNs);
    askedNs.put(round, nowNs);
    boolean hasAll = wishes.size() == leases(nowNs).size();
    askNs = nowNs + everyNs() / (hasAll ? 1 : QUICKER);
    Ask ask = new Ask(self, life, round, wants);
    asked(ask, nowNs).ifPresent(answer -> answered(answer, nowNs));
    return ask;
  }

  private long everyNs() {
    return leaseNs / ASKS_PER_LEASE;
  }

  /** Votes that are split between candidates would stay so if all went on asking. */
  private boolean asksFor(Wish wish, long nowNs) {
    if (wish.rests && nowNs - wish.restsUntilNs < 0) {
      return false;
    }
    if (wish.rests) {
      wish.rests = false;
      wish.inVain = 0;
      wish.fromRound = round;
    }
    wish.inVain = isHeld(wish.grantedNs, nowNs) ? 0 : wish.inVain + 1;
    if (wish.inVain > IN_VAIN_MAX) {
      int place = List.copyOf(nodes).indexOf(self);
      wish.rests = true;
      wish.restsUntilNs = nowNs + (1 + place) * everyNs();
      wish.grantedNs.clear();
    }
    return !wish.rests;
  }

  /** Another node has answered. */
  public void answered(Answer answer, long nowNs) {
    Long atNs = askedNs.get(answer.round);
    if (answer.life != life || atNs == null || !nodes.contains(answer.from)) {
      return;
    }
    answeredNs.merge(answer.from, atNs, VipVotes::later);
    for (String key : answer.granted) {
      Wish wish = wishes.get(key);
      if (wish != null && !wish.rests && answer.round >= wish.fromRound) {
        wish.grantedNs.merge(answer.from, atNs, VipVotes::later);
      }
    }
  }

  private static Long later(Long aNs, Long bNs) {
    return aNs - bNs > 0 ? aNs : bNs;
  }

  /**
   * By key, until when this node may own it: each lies ahead. What is missing here must be given up
   * at once.
   */
  public Map<String, Long> leases(long nowNs) {
    Map<String, Long> leases = new HashMap<>();
    wishes.forEach((key, wish) -> {
      if (isHeld(wish.grantedNs, nowNs)) {
        leases.put(key, untilNs(wish.grantedNs));
      }
    });
    return leases;
  }

  /** Whether a majority, this node included, has answered lately. */
  public boolean reachesMajority(long nowNs) {
    return isHeld(answeredNs, nowNs);
  }

  private boolean isHeld(Map<String, Long> sinceNs, long nowNs) {
    return 2 * sinceNs.size() > nodes.size() && untilNs(sinceNs) - nowNs > 0;
  }

  /** Until when so many as are a majority have said so. */
  private long untilNs(Map<String, Long> sinceNs) {
    List<Long> latest = sinceNs.values().stream().sorted((a, b) -> Long.signum(b - a)).toList();
    int majority = nodes.size() / 2;
    return latest.get(majority) + leaseNs - hangNs;
  }

  // ---- the voter

  /** Another node asks. Nothing is answered to what is old, or comes from a node not known. */
  public Optional<Answer> asked(Ask ask, long nowNs) {
    Heard last = heard.get(ask.from);
    boolean old = last != null && last.isAfter(ask) && nowNs - last.atNs < 2 * leaseNs;
    if (old || !nodes.contains(ask.from) || ask.wants.size() > KEYS_MAX) {
      return Optional.empty();
    }
    heard.put(ask.from, new Heard(ask.life, ask.round, nowNs));
    promises.entrySet().removeIf(e -> isOver(e.getValue(), e.getKey(), ask, nowNs));
    Set<String> granted = new TreeSet<>();
    if (nowNs - promisesFromNs >= 0) {
      for (String key : ask.wants) {
        Promise promise = promises.get(key);
        if (promise == null || promise.to.equals(ask.from)) {
          promises.put(key, new Promise(ask.from, nowNs + promiseNs()));
          granted.add(key);
        }
      }
    }
    return Optional.of(new Answer(self, ask.life, ask.round, granted));
  }

  private static boolean isOver(Promise promise, String key, Ask ask, long nowNs) {
    boolean givenBack = promise.to.equals(ask.from) && !ask.wants.contains(key);
    return givenBack || nowNs - promise.untilNs >= 0;
  }
}
