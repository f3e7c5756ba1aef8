package io.steelyard.cluster.member;

import io.steelyard.cluster.member.Membership.Granted;
import io.steelyard.cluster.member.Membership.Life;
import io.steelyard.cluster.member.Membership.Promised;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Leases by majority: at any moment at most one node holds a thing, whatever is lost, delayed or
 * parted, as long as clocks run equally fast within {@value #DRIFT_PERCENT} percent. (The leases of
 * Gray and Cheriton 1989, granted by a majority as in Paxos' prepare phase; nothing is logged, so a
 * voter that starts waits until what it may have promised in an earlier life is over.)
 *
 * <pre>
 *   candidate: IDLE --asks--> ASKING --more than half of the votes--> HOLDS --votes run out--> ASKING
 *                ^               |
 *                +-- gives way --+   votes are split and another one has more of them, or asked in
 *                                    vain for two leases: a while of silence
 *
 *   voter, for each thing:  FREE --asked--> PROMISED to one, until its lease is over,
 *                             ^                 |    or it says that it asks no more
 *                             +-----------------+
 * </pre>
 *
 * <p>A vote counts for the candidate from when it <em>asked</em>, and binds the voter from when it
 * <em>answered</em>, which is later: so it ends at the candidate first. One thread at a time.
 */
final class Votes {
  /** How much faster one clock may run than another. */
  static final int DRIFT_PERCENT = 2;

  private final String self;
  private final long incarnation;
  private final long leaseNs;
  private final long promiseNs;
  private long votesFromNs;
  private final Map<String, Promise> promises = new HashMap<>();
  private final Map<String, Candidacy> candidacies = new HashMap<>();

  private record Promise(String candidate, long incarnation, long echoNs, long endsNs) {}

  /** {@code candidate} is empty if it has not voted. */
  private record Ballot(String candidate, long heardNs) {}

  /** What this node asks for. */
  private static final class Candidacy {
    /** By voter: until when its vote is good. */
    private final Map<String, Long> endsNs = new HashMap<>();

    /** By voter: whom it was heard to vote for. */
    private final Map<String, Ballot> ballots = new HashMap<>();

    /** Votes that were asked for before may have been given to another one meanwhile. */
    private long askingSinceNs;

    private long vainSinceNs;
    private long silentUntilNs;

    Candidacy(long nowNs) {
      askingSinceNs = nowNs;
      vainSinceNs = nowNs;
      silentUntilNs = nowNs;
    }
  }

  /**
   * For one node in one life.
   *
   * @param leaseNs for how long a vote is good
   * @param formerLeaseNs for how long one may be good that this node gave before; 0 if that is not
   *     known, and then leases are taken to have been as long as now
   */
  Votes(String self, long incarnation, long leaseNs, long formerLeaseNs, long nowNs) {
    this.self = self;
    this.incarnation = incarnation;
    this.leaseNs = leaseNs;
    this.promiseNs = promiseNs(leaseNs);
    this.votesFromNs = nowNs + promiseNs(Math.max(leaseNs, formerLeaseNs));
  }

  /**
   * Goes on where a former process of the same life has ended: nothing is forgotten, so there is
   * nothing to wait for but what that one waited for. What was granted and is not wanted before the
   * first beat is given back.
   */
  void goOn(Life life, long nowNs) {
    votesFromNs = life.votesFromNs();
    for (Promised one : life.promised()) {
      promises.put(
          one.what(), new Promise(one.candidate(), one.incarnation(), one.echoNs(), one.endsNs()));
    }
    for (Granted one : life.granted()) {
      candidacies
          .computeIfAbsent(one.what(), _ -> new Candidacy(nowNs))
          .endsNs
          .put(one.voter(), one.endsNs());
    }
  }

  /** Before that it gives no vote. */
  long votesFromNs() {
    return votesFromNs;
  }

  /** For a process that goes on with this life. */
  List<Promised> promised() {
    List<Promised> all = new ArrayList<>();
    promises.forEach((what, p) ->
        all.add(new Promised(what, p.candidate(), p.incarnation(), p.echoNs(), p.endsNs())));
    return all;
  }

  /** Likewise. */
  List<Granted> granted() {
    List<Granted> all = new ArrayList<>();
    candidacies.forEach((what, candidacy) ->
        candidacy.endsNs.forEach((voter, endsNs) -> all.add(new Granted(what, voter, endsNs))));
    return all;
  }

  private static long promiseNs(long leaseNs) {
    return leaseNs + leaseNs * DRIFT_PERCENT / 100;
  }

  // ---- candidate

  /**
   * What this node wants to hold from now on; what it held and is not among them must have been
   * given up before.
   */
  void wants(Set<String> things, long nowNs) {
    candidacies.keySet().retainAll(things);
    for (String thing : things) {
      candidacies.computeIfAbsent(thing, _ -> new Candidacy(nowNs));
    }
    // Its own vote is as free as the others'.
    promises
        .entrySet()
        .removeIf(e -> e.getValue().candidate().equals(self) && !things.contains(e.getKey()));
  }

  /** What to ask for in the next beat. */
  List<String> asks(long nowNs) {
    return candidacies.entrySet().stream()
        .filter(e -> !isAfter(e.getValue().silentUntilNs, nowNs))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** A voter has answered. */
  void answered(String voter, List<Vote> votes, long nowNs) {
    candidacies.values().forEach(c -> c.ballots.put(voter, new Ballot("", nowNs)));
    for (Vote vote : votes) {
      Candidacy candidacy = candidacies.get(vote.what());
      boolean mine = vote.candidate().equals(self) && vote.incarnation() == incarnation;
      boolean asked =
          candidacy != null
              && !isAfter(candidacy.askingSinceNs, vote.echoNs())
              && !isAfter(vote.echoNs(), nowNs);
      if (candidacy != null) {
        candidacy.ballots.put(voter, new Ballot(vote.candidate(), nowNs));
      }
      if (mine && asked) {
        // Configurations change on one node after the other: the shorter lease counts.
        long goodNs = Math.min(leaseNs, vote.leaseNs());
        candidacy.endsNs.merge(voter, vote.echoNs() + goodNs, Votes::later);
      }
    }
  }

  /**
   * Whether this node holds it.
   *
   * @param voters how many nodes there are, this one included
   */
  boolean holds(String what, int voters, long nowNs) {
    Candidacy candidacy = candidacies.get(what);
    return candidacy != null && good(candidacy, nowNs) > voters / 2;
  }

  /** Until when it holds it, if nobody votes again; a time that has passed if it does not. */
  long heldUntilNs(String what, int voters, long nowNs) {
    Candidacy candidacy = candidacies.get(what);
    if (candidacy == null || candidacy.endsNs.size() <= voters / 2) {
      return nowNs;
    }
    long[] leftNs = candidacy.endsNs.values().stream().mapToLong(e -> e - nowNs).toArray();
    Arrays.sort(leftNs);
    return nowNs + leftNs[leftNs.length - 1 - voters / 2];
  }

  /** Times may be anything, and overflow: only their differences count. */
  private static boolean isAfter(long aNs, long bNs) {
    return aNs - bNs > 0;
  }

  private static long later(long aNs, long bNs) {
    return isAfter(aNs, bNs) ? aNs : bNs;
  }

  private static int good(Candidacy candidacy, long nowNs) {
    int good = 0;
    for (long endsNs : candidacy.endsNs.values()) {
      good += isAfter(endsNs, nowNs) ? 1 : 0;
    }
    return good;
  }

  /**
   * If the votes are split so that nobody can get more than half, all but one who ask are silent
   * for a while, so that their votes get free for that one. Nodes need not see the same: so who has
   * asked for two leases in vain is silent, too, for a time that chance says.
   *
   * @param chance 0 to 1
   */
  void giveWay(int voters, double chance, long nowNs) {
    for (Map.Entry<String, Candidacy> e : candidacies.entrySet()) {
      Candidacy candidacy = e.getValue();
      candidacy.endsNs.values().removeIf(endsNs -> !isAfter(endsNs, nowNs));
      candidacy.ballots.values().removeIf(ballot -> nowNs - ballot.heardNs > leaseNs / 2);
      boolean silent = isAfter(candidacy.silentUntilNs, nowNs);
      Poll poll = poll(candidacy);
      if (silent || good(candidacy, nowNs) > voters / 2 || poll.most > voters / 2) {
        candidacy.vainSinceNs = later(nowNs, candidacy.silentUntilNs);
      } else if (poll.isSplit(voters) && !poll.first.equals(self)) {
        beSilent(e.getKey(), candidacy, nowNs + (long) (leaseNs * (1 + chance) / 2));
      } else if (nowNs - candidacy.vainSinceNs > 2 * leaseNs) {
        beSilent(e.getKey(), candidacy, nowNs + leaseNs + (long) (2 * leaseNs * chance));
      }
    }
  }

  private void beSilent(String what, Candidacy candidacy, long untilNs) {
    candidacy.silentUntilNs = untilNs;
    candidacy.askingSinceNs = untilNs;
    candidacy.vainSinceNs = untilNs;
    candidacy.endsNs.clear();
    promises.computeIfPresent(what, (_, p) -> p.candidate().equals(self) ? null : p);
  }

  /**
   * How the votes stand, as far as they were heard of late.
   *
   * @param first who has the most; of several, the one that comes first by name
   * @param free who has not voted
   */
  private record Poll(String first, int most, int free, int heard) {
    /** Nobody can get more than half, as far as can be said when more than half were heard. */
    boolean isSplit(int voters) {
      return heard > voters / 2 && most + free <= voters / 2;
    }
  }

  private static Poll poll(Candidacy candidacy) {
    Map<String, Integer> votes = new TreeMap<>();
    candidacy.ballots.values().forEach(ballot -> votes.merge(ballot.candidate, 1, Integer::sum));
    Integer free = votes.remove("");
    String first = "";
    int most = 0;
    for (Map.Entry<String, Integer> e : votes.entrySet()) {
      if (e.getValue() > most) {
        first = e.getKey();
        most = e.getValue();
      }
    }
    return new Poll(first, most, free == null ? 0 : free, candidacy.ballots.size());
  }

  // ---- voter

  /** A candidate asks, and asks no more for what is not named. */
  void asked(
      String candidate, long candidateIncarnation, List<String> asks, long sentNs, long now) {
    Set<String> wanted = new HashSet<>(asks);
    promises
        .entrySet()
        .removeIf(e ->
            over(e.getValue(), now)
                || (isTo(e.getValue(), candidate, candidateIncarnation)
                    && !wanted.contains(e.getKey())));
    if (isAfter(votesFromNs, now)) {
      return;
    }
    for (String thing : wanted) {
      Promise promise = promises.get(thing);
      boolean free = promise == null || isTo(promise, candidate, candidateIncarnation);
      if (free && (promise != null || promises.size() < BeatCodec.ITEMS_MAX)) {
        promises.put(thing, new Promise(candidate, candidateIncarnation, sentNs, now + promiseNs));
      }
    }
  }

  private static boolean over(Promise promise, long nowNs) {
    return !isAfter(promise.endsNs(), nowNs);
  }

  /** Another life of a node is another one: it may be a host that was given the same name. */
  private static boolean isTo(Promise promise, String candidate, long incarnation) {
    return promise.candidate().equals(candidate) && promise.incarnation() == incarnation;
  }

  /** What is promised, for the next beat. */
  List<Vote> cast(long nowNs) {
    List<Vote> cast = new ArrayList<>();
    promises.forEach((what, p) -> {
      if (!over(p, nowNs)) {
        cast.add(new Vote(what, p.candidate(), p.incarnation(), p.echoNs(), leaseNs));
      }
    });
    return cast;
  }

  /** Who else has this node's vote; empty: nobody. */
  String promisedTo(String what, long nowNs) {
    Promise promise = promises.get(what);
    return promise == null || over(promise, nowNs) ? "" : promise.candidate();
  }
}
