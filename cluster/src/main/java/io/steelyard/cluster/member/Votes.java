package io.steelyard.cluster.member;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Leases by majority: at any moment at most one node holds a thing, whatever is lost, delayed or
 * parted, as long as clocks run equally fast within {@value #DRIFT_PERCENT} percent. (The leases of
 * Gray and Cheriton 1989, granted by a majority as in Paxos' prepare phase; nothing is logged, so a
 * voter that starts waits until what it may have promised in an earlier life is over.)
 *
 * <pre>
 *   candidate: IDLE --asks--> ASKING --more than half of the votes--> HOLDS --votes run out--> ASKING
 *                ^               |
 *                +-- gives way --+   nobody has a majority: a while of silence, by chance
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
  private final long votesFromNs;
  private final Map<String, Promise> promises = new HashMap<>();
  private final Map<String, Candidacy> candidacies = new HashMap<>();

  private record Promise(String candidate, long incarnation, long echoNs, long endsNs) {}

  /** What this node asks for. */
  private static final class Candidacy {
    /** By voter: until when its vote is good. */
    private final Map<String, Long> endsNs = new HashMap<>();

    /** Votes that were asked for before may have been given to another one meanwhile. */
    private long askingSinceNs;

    private long vainSinceNs;
    private long silentUntilNs = Long.MIN_VALUE;
  }

  /**
   * For one node in one life.
   *
   * @param leaseNs for how long a vote is good
   */
  Votes(String self, long incarnation, long leaseNs, long nowNs) {
    this.self = self;
    this.incarnation = incarnation;
    this.leaseNs = leaseNs;
    this.promiseNs = leaseNs + leaseNs * DRIFT_PERCENT / 100;
    this.votesFromNs = nowNs + promiseNs;
  }

  // ---- candidate

  /**
   * What this node wants to hold from now on; what it held and is not among them must have been
   * given up before.
   */
  void wants(Set<String> things, long nowNs) {
    candidacies.keySet().retainAll(things);
    for (String thing : things) {
      candidacies.computeIfAbsent(
          thing,
          _ -> {
            Candidacy begun = new Candidacy();
            begun.askingSinceNs = nowNs;
            begun.vainSinceNs = nowNs;
            return begun;
          });
    }
    // Its own vote is as free as the others'.
    promises
        .entrySet()
        .removeIf(e -> e.getValue().candidate().equals(self) && !things.contains(e.getKey()));
  }

  /** What to ask for in the next beat. */
  List<String> asks(long nowNs) {
    return candidacies.entrySet().stream()
        .filter(e -> e.getValue().silentUntilNs <= nowNs)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** A voter has answered. */
  void answered(String voter, List<Vote> votes, long nowNs) {
    for (Vote vote : votes) {
      Candidacy candidacy = candidacies.get(vote.what());
      boolean mine = vote.candidate().equals(self) && vote.incarnation() == incarnation;
      boolean asked =
          candidacy != null && vote.echoNs() >= candidacy.askingSinceNs && vote.echoNs() <= nowNs;
      if (mine && asked) {
        candidacy.endsNs.merge(voter, vote.echoNs() + leaseNs, Math::max);
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
    long[] endsNs = candidacy.endsNs.values().stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(endsNs);
    return endsNs[endsNs.length - 1 - voters / 2];
  }

  private static int good(Candidacy candidacy, long nowNs) {
    int good = 0;
    for (long endsNs : candidacy.endsNs.values()) {
      good += endsNs > nowNs ? 1 : 0;
    }
    return good;
  }

  /**
   * Whoever has asked for two leases in vain is silent for a while, so that another one, who has
   * the rest of the votes, gets on.
   *
   * @param chance 0 to 1
   */
  void giveWay(int voters, double chance, long nowNs) {
    for (Map.Entry<String, Candidacy> e : candidacies.entrySet()) {
      Candidacy candidacy = e.getValue();
      boolean silent = candidacy.silentUntilNs > nowNs;
      if (silent || good(candidacy, nowNs) > voters / 2) {
        candidacy.vainSinceNs = Math.max(nowNs, candidacy.silentUntilNs);
      } else if (nowNs - candidacy.vainSinceNs > 2 * leaseNs) {
        candidacy.silentUntilNs = nowNs + leaseNs + (long) (2 * leaseNs * chance);
        candidacy.askingSinceNs = candidacy.silentUntilNs;
        candidacy.vainSinceNs = candidacy.silentUntilNs;
        candidacy.endsNs.clear();
        promises.computeIfPresent(e.getKey(), (_, p) -> p.candidate().equals(self) ? null : p);
      }
    }
  }

  // ---- voter

  /** A candidate asks, and asks no more for what is not named. */
  void asked(
      String candidate, long candidateIncarnation, List<String> asks, long sentNs, long now) {
    Set<String> wanted = new HashSet<>(asks);
    promises.entrySet().removeIf(e -> over(e.getValue(), now) || gaveUp(e, candidate, wanted));
    if (now < votesFromNs) {
      return;
    }
    for (String thing : wanted) {
      Promise promise = promises.get(thing);
      boolean free =
          promise == null
              || (promise.candidate().equals(candidate)
                  && promise.incarnation() == candidateIncarnation);
      if (free && (promise != null || promises.size() < BeatCodec.ITEMS_MAX)) {
        promises.put(thing, new Promise(candidate, candidateIncarnation, sentNs, now + promiseNs));
      }
    }
  }

  private static boolean over(Promise promise, long nowNs) {
    return promise.endsNs() <= nowNs;
  }

  private static boolean gaveUp(
      Map.Entry<String, Promise> promised, String candidate, Set<String> asks) {
    return promised.getValue().candidate().equals(candidate) && !asks.contains(promised.getKey());
  }

  /** What is promised, for the next beat. */
  List<Vote> cast(long nowNs) {
    List<Vote> cast = new ArrayList<>();
    promises.forEach((what, p) -> {
      if (!over(p, nowNs)) {
        cast.add(new Vote(what, p.candidate(), p.incarnation(), p.echoNs()));
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
