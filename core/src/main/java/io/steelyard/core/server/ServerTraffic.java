package io.steelyard.core.server;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the traffic shows of a server: how fast it answers, how much it carries, how often it fails.
 * Each loop writes its own cells with the time that it is given; all read. Allocates nothing, and
 * computes exponentials from a table, since a pick may read it for many servers.
 */
public final class ServerTraffic {
  /** How long a latency or a rate is remembered: the time constant of its decay. */
  public static final long DECAY_NS = 10_000_000_000L;

  private static final double PER_DECAY = 1.0 / DECAY_NS;
  private static final double SECONDS_PER_DECAY = DECAY_NS / 1e9;

  // The fields of a loop's row; those that a pick reads come first.
  private static final int LATENCY_NS = 0;
  private static final int LATENCY_AT_NS = 1;
  private static final int RATE = 2;
  private static final int RATE_AT_NS = 3;
  private static final int GOOD = 4;
  private static final int FAILED = 5;
  private static final int TIMED_OUT = 6;
  private static final int ANSWERED = 7;
  private static final int ANSWERED_LOG = 8;
  private static final int ENDED = 9;
  private static final int ENDED_BADLY = 10;

  private final LoopRows rows;
  private final AtomicInteger failedInARow = new AtomicInteger();
  private final AtomicInteger longestRow = new AtomicInteger();

  /** Nothing seen yet. */
  public ServerTraffic(int loops) {
    this.rows = new LoopRows(loops);
  }

  /**
   * A response began {@code tookNs} after its request had been sent. A peak takes effect at once, a
   * lower value by and by (peak EWMA, as in Finagle's {@code PeakEwma}).
   */
  public void answered(int loop, long tookNs, long nowNs) {
    long took = Math.max(1, tookNs);
    double before = rows.real(loop, LATENCY_NS);
    double kept = kept(nowNs - rows.of(loop, LATENCY_AT_NS));
    double next = took >= before ? took : before * kept + took * (1 - kept);
    rows.set(loop, LATENCY_NS, next);
    rows.set(loop, LATENCY_AT_NS, nowNs);
    rows.add(loop, ANSWERED_LOG, Powers.log2(took));
    rows.add(loop, ANSWERED, 1);
  }

  /** So many bytes went to or came from the server. */
  public void carried(int loop, long bytes, long nowNs) {
    double before = rows.real(loop, RATE) * kept(nowNs - rows.of(loop, RATE_AT_NS));
    rows.set(loop, RATE, before + bytes / SECONDS_PER_DECAY);
    rows.set(loop, RATE_AT_NS, nowNs);
  }

  /** A try has ended; returns how many in a row have failed with it, 0 unless it failed itself. */
  public int ended(int loop, Outcome outcome) {
    counted(loop, outcome);
    if (outcome == Outcome.GOOD) {
      rows.add(loop, GOOD, 1);
      endRow();
    } else if (outcome.failed()) {
      rows.add(loop, FAILED, 1);
      rows.add(loop, TIMED_OUT, outcome == Outcome.TIMED_OUT ? 1 : 0);
      int row = failedInARow.incrementAndGet();
      longer(row);
      return row;
    }
    return 0;
  }

  /** A try has ended where nobody judges the server by it. */
  public void counted(int loop, Outcome outcome) {
    if (outcome.failed()) {
      rows.add(loop, ENDED_BADLY, 1);
    }
    rows.add(loop, ENDED, 1);
  }

  /** A row of failures that may be under way is over: the server works. */
  public void endRow() {
    if (failedInARow.getPlain() != 0) {
      failedInARow.set(0);
    }
  }

  /** A row may be over before anybody looks: the longest is kept until it is looked at. */
  private void longer(int row) {
    for (int seen = longestRow.get(); row > seen; seen = longestRow.get()) {
      if (longestRow.compareAndSet(seen, row)) {
        return;
      }
    }
  }

  /**
   * The average of the loops that have seen a response, where one that has seen none for long
   * counts less by as much as it has decayed; that average decays with the freshest of them. 0 when
   * none has seen any.
   */
  public double latencyNs(long nowNs) {
    double sum = 0;
    double weights = 0;
    double freshest = 0;
    for (int i = 0; i < rows.loops(); i++) {
      double latencyNs = rows.real(i, LATENCY_NS);
      if (latencyNs > 0) {
        double weight = kept(nowNs - rows.of(i, LATENCY_AT_NS));
        sum += latencyNs * weight;
        weights += weight;
        freshest = Math.max(freshest, weight);
      }
    }
    return weights > 0 ? sum / weights * freshest : 0;
  }

  /** Over all loops. */
  public double bytesPerSecond(long nowNs) {
    double sum = 0;
    for (int i = 0; i < rows.loops(); i++) {
      double rate = rows.real(i, RATE);
      sum += rate > 0 ? rate * kept(nowNs - rows.of(i, RATE_AT_NS)) : 0;
    }
    return sum;
  }

  /** Tries that ended, ever, however they did. */
  public long ended() {
    return rows.sum(ENDED);
  }

  /** Those of {@link #ended} that failed. */
  public long endedBadly() {
    return rows.sum(ENDED_BADLY);
  }

  /** Tries that ended well, ever, while somebody judged the server by them. */
  public long good() {
    return rows.sum(GOOD);
  }

  /** Tries that failed, ever, while somebody judged the server by them. */
  public long failed() {
    return rows.sum(FAILED);
  }

  /** Tries that had no answer in time, ever; they are among {@link #failed}. */
  public long timedOut() {
    return rows.sum(TIMED_OUT);
  }

  /** Responses that began, ever. */
  public long answered() {
    return rows.sum(ANSWERED);
  }

  /**
   * The sum of the binary logarithms of all times to a first byte, in nanoseconds: what two moments
   * differ by, over the number of responses between them, is the logarithm of their typical time
   * (the geometric mean, which a single slow response hardly moves).
   */
  public double answeredLog2() {
    return (double) rows.sum(ANSWERED_LOG) / Powers.LOG_ONE;
  }

  /** Tries that failed since the last good one, over all loops. */
  public int failedInARow() {
    return failedInARow.get();
  }

  /**
   * The most tries in a row that failed since this was asked last, those of a row that goes on
   * included. One asks.
   */
  public int takeLongestRow() {
    return Math.max(longestRow.getAndSet(0), failedInARow.get());
  }

  /** A row of failed tries that may be under way is forgotten. */
  public void forgetRow() {
    failedInARow.set(0);
    longestRow.set(0);
  }

  private static double kept(long idleNs) {
    return Powers.decay(idleNs * PER_DECAY);
  }
}
