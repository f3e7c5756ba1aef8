package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Weighted round robin for many servers, at a cost that does not grow with their number: servers
 * whose weights have the same highest bit form a class, the few classes take smooth turns by the
 * sum of their weights, and {@link Rotation} goes round in each. Over a cycle each server gets
 * exactly its share, as with {@link SmoothRoundRobin}.
 *
 * <p>When the epoch changes everything is arranged anew, from what each server was due and what it
 * got: whoever is owed most comes first. So nothing drifts however often servers go, come and
 * change their weight, and one that comes back is owed or owes a request at most.
 *
 * <p>Where the server whose turn it is cannot be used, the next one of its class is asked, then the
 * other classes, each a few times; then all.
 */
final class RoundRobin implements Balancer {
  /** Weights are at most 2^24. */
  private static final int CLASSES_MAX = 25;

  /** So many servers of a class that cannot be used are passed over before another is asked. */
  private static final int PASSES_MAX = 16;

  /** Before what servers got in an epoch could overflow. */
  private static final int PICKS_MAX = 1 << 30;

  /** A server that could not be used for long, full perhaps, is owed no more requests than this. */
  private static final double OWED_MAX = 2;

  private static final int STAGGER_MAX = 64;

  private final Roster roster;
  private final Rotation rotation;
  private final long[] credits = new long[CLASSES_MAX];

  /** What each server is owed, in requests, when the epoch began. */
  private final double[] owed;

  private int picks;
  private boolean started;

  /** For {@code size} servers. */
  RoundRobin(int size) {
    this.roster = new Roster(size);
    this.rotation = new Rotation(size, CLASSES_MAX);
    this.owed = new double[size];
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    follow(candidates, random);
    if (roster.size() == 0) {
      return NONE;
    }
    credit();
    int place = turn(candidates);
    if (place == NONE) {
      uncredit();
      return NONE;
    }
    charge(rotation.classOf(place));
    picks++;
    return rotation.serve(place);
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    follow(candidates, random);
  }

  /** The place of the server that is next, as far as it and its class can be used. */
  private int turn(Candidates candidates) {
    long asked = 0;
    for (int c = richest(asked); c != NONE; c = richest(asked)) {
      int place = rotation.next(c, candidates, PASSES_MAX);
      if (place != NONE) {
        return place;
      }
      asked |= 1L << c;
    }
    return rotation.anyUsable(candidates);
  }

  private int richest(long asked) {
    int richest = NONE;
    for (int c = 0; c < rotation.classes(); c++) {
      if ((asked & 1L << c) == 0 && (richest == NONE || credits[c] > credits[richest])) {
        richest = c;
      }
    }
    return richest;
  }

  private void credit() {
    for (int c = 0; c < rotation.classes(); c++) {
      credits[c] += rotation.weightSum(c);
    }
  }

  private void uncredit() {
    for (int c = 0; c < rotation.classes(); c++) {
      credits[c] -= rotation.weightSum(c);
    }
  }

  private void charge(int c) {
    credits[c] -= roster.weightSum();
  }

  private void follow(Candidates candidates, RandomGenerator random) {
    if (!started) {
      roster.follow(candidates);
      start(random);
    } else if (roster.isBehind(candidates) || picks == PICKS_MAX) {
      settle();
      roster.follow(candidates);
      arrange();
    }
  }

  /** Loops enter their cycles at different places: otherwise they would go round in step. */
  private void start(RandomGenerator random) {
    started = true;
    for (int i = 0; i < owed.length; i++) {
      owed[i] = random.nextDouble() - 0.5;
    }
    arrange();
    rotation.stagger(random);
    rotation.centre(owed);
    Arrays.fill(credits, 0);
    for (int skip = random.nextInt(STAGGER_MAX); skip > 0 && roster.size() > 0; skip--) {
      credit();
      charge(richest(0));
    }
  }

  /** The epoch is over: adds up what its servers were due and what they got. */
  private void settle() {
    double each = roster.size() == 0 ? 0 : (double) picks / roster.weightSum();
    for (int place = 0; place < roster.size(); place++) {
      int i = rotation.index(place);
      double due = owed[i] + each * rotation.weight(place) - rotation.served(place);
      owed[i] = Math.clamp(due, -OWED_MAX, OWED_MAX);
    }
    picks = 0;
  }

  private void arrange() {
    rotation.arrange(roster, owed);
    for (int c = 0; c < rotation.classes(); c++) {
      credits[c] = (long) (rotation.sum(c, owed) * roster.weightSum());
    }
  }
}
