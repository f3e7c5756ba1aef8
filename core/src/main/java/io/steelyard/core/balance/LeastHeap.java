package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The server with the least score, for many servers, at a cost that grows with the logarithm of
 * their number: keeps them in a heap by the score that was last seen.
 *
 * <p>What this loop changes is put right at once ({@link #changed}). What others change is found
 * out by and by:
 *
 * <ul>
 *   <li>A score that has risen: when that server is on top. It is scored anew, and the next one
 *       then on top, until one stays there.
 *   <li>A load that has fallen: from what loops tell each other of it.
 *   <li>Whatever else has: with each pick a few servers are scored anew in turn.
 * </ul>
 *
 * <p>A server on top that cannot be used goes to the bottom; a few picks later it is scored again.
 * Those of equal score take turns by weight, which begin by chance, so that loops that see the same
 * do not herd. When the best server is idle, idle servers get their shares by weight and part,
 * drawn by chance, as from {@link LeastScan}.
 */
final class LeastHeap implements Balancer {
  /** Of servers on top that are scored anew or found unusable during one pick. */
  private static final int TRIES_MAX = 24;

  private static final int REFRESHED_PER_PICK = 2;
  private static final int RETURNED_PER_PICK = 2;
  private static final int IDLE_DRAWS_MAX = 4;

  private static final double BOTTOM = Double.POSITIVE_INFINITY;

  private final Falls.Reader falls;
  private final int[] fallen = new int[Falls.Reader.roomNeeded()];
  private final Scores scores;
  private final Roster roster;
  private final KeyHeap heap;
  private final AliasTable byWeight;
  private final Turns turns;

  /** Those that went to the bottom, in that order; each once. */
  private final int[] bottom;

  private final boolean[] isListed;
  private int bottomFirst;
  private int bottomCount;
  private int cursor;

  /** The first change of the server that was chosen last is that request's beginning. */
  private int chosen = NONE;

  /**
   * For {@code size} servers.
   *
   * @param falls what this loop tells the others that share them
   */
  LeastHeap(Measure measure, int size, Falls.Reader falls) {
    this.falls = falls;
    this.scores = new Scores(measure, size);
    this.roster = new Roster(size);
    this.heap = new KeyHeap(size);
    this.byWeight = new AliasTable(size);
    this.turns = new Turns(size);
    this.bottom = new int[size];
    this.isListed = new boolean[size];
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    if (roster.isBehind(candidates)) {
      build(candidates, random);
    }
    if (roster.size() == 0) {
      return NONE;
    }
    refresh(candidates);
    int best = least(candidates);
    if (best == NONE) {
      return scan(candidates);
    }
    chosen = shareIdle(candidates, best, random);
    heap.update(chosen, heap.key(chosen), turns.take(chosen));
    return chosen;
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    build(candidates, random);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    // Behind the epoch, all are scored by the next pick.
    if (!roster.isBehind(candidates) && scores.has(i)) {
      rescore(candidates, i);
      if (i == chosen) {
        chosen = NONE;
      } else {
        falls.tell(i);
      }
    }
  }

  private void rescore(Candidates candidates, int i) {
    double score = scores.of(candidates, i);
    // What could not be used stays at the bottom until it can.
    if (heap.key(i) != BOTTOM || candidates.usable(i)) {
      heap.update(i, score);
    }
  }

  private void build(Candidates candidates, RandomGenerator random) {
    roster.follow(candidates);
    byWeight.build(roster);
    scores.follow(candidates, roster);
    turns.follow(roster, random);
    heap.clear();
    Arrays.fill(isListed, false);
    bottomCount = 0;
    cursor = 0;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      heap.add(i, scores.of(candidates, i), turns.of(i));
    }
  }

  private void refresh(Candidates candidates) {
    for (int n = Math.min(RETURNED_PER_PICK, bottomCount); n > 0; n--) {
      int i = takeFromBottom();
      heap.update(i, scores.of(candidates, i));
    }
    for (int n = Math.min(REFRESHED_PER_PICK, roster.size()); n > 0; n--) {
      cursor = cursor + 1 >= roster.size() ? 0 : cursor + 1;
      rescore(candidates, roster.index(cursor));
    }
    for (int n = falls.read(fallen) - 1; n >= 0; n--) {
      if (scores.has(fallen[n])) {
        rescore(candidates, fallen[n]);
      }
    }
  }

  /** The best usable one, or of many tries the best that was met, or NONE. */
  private int least(Candidates candidates) {
    int best = NONE;
    double bestKey = BOTTOM;
    for (int tries = 0; tries < TRIES_MAX && heap.topKey() < bestKey; tries++) {
      int top = heap.top();
      double was = heap.topKey();
      if (!candidates.usable(top)) {
        heap.update(top, BOTTOM);
        addToBottom(top);
        continue;
      }
      double now = scores.of(candidates, top);
      heap.update(top, now);
      if (now < bestKey) {
        best = top;
        bestKey = now;
      }
      if (now <= was) {
        break;
      }
    }
    return best;
  }

  private int shareIdle(Candidates candidates, int best, RandomGenerator random) {
    if (!scores.isIdleAndSharing(best)) {
      return best;
    }
    for (int draw = 0; draw < IDLE_DRAWS_MAX; draw++) {
      int i = roster.index(byWeight.draw(random.nextLong()));
      if (candidates.usable(i) && candidates.load(i) == 0 && takes(i, best, random)) {
        return i;
      }
    }
    return best;
  }

  /** Whether {@code i} takes the turn that was drawn for it by its weight. */
  private boolean takes(int i, int best, RandomGenerator random) {
    double part = scores.part(i) / scores.part(best);
    return scores.isSharing(i) && (part >= 1 || random.nextDouble() < part);
  }

  /** The usable server with the least score by a look at all: when hardly any is usable. */
  private int scan(Candidates candidates) {
    int best = NONE;
    double bestScore = BOTTOM;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      if (candidates.usable(i)) {
        double score = scores.of(candidates, i);
        if (score < bestScore) {
          best = i;
          bestScore = score;
        }
      }
    }
    return best;
  }

  private void addToBottom(int i) {
    if (isListed[i]) {
      return;
    }
    isListed[i] = true;
    int end = bottomFirst + bottomCount++;
    bottom[end < bottom.length ? end : end - bottom.length] = i;
  }

  private int takeFromBottom() {
    int i = bottom[bottomFirst];
    bottomFirst = bottomFirst + 1 == bottom.length ? 0 : bottomFirst + 1;
    bottomCount--;
    isListed[i] = false;
    return i;
  }
}
