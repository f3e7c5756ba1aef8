package io.steelyard.core.server;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the traffic shows of a server: how fast it answers, how much it carries, how often it fails.
 * Each loop writes its own cells with the time that it is given; all read. Allocates nothing.
 */
public final class ServerTraffic {
  /** How long a latency or a rate is remembered: the time constant of its decay. */
  public static final long DECAY_NS = 10_000_000_000L;

  private final LoopCells latencyNs;
  private final LoopCells latencyAtNs;
  private final LoopCells rate;
  private final LoopCells rateAtNs;
  private final LoopCells good;
  private final LoopCells failed;
  private final AtomicInteger failedInARow = new AtomicInteger();

  /** Nothing seen yet. */
  public ServerTraffic(int loops) {
    this.latencyNs = new LoopCells(loops);
    this.latencyAtNs = new LoopCells(loops);
    this.rate = new LoopCells(loops);
    this.rateAtNs = new LoopCells(loops);
    this.good = new LoopCells(loops);
    this.failed = new LoopCells(loops);
  }

  /**
   * A response began {@code tookNs} after its request had been sent. A peak takes effect at once, a
   * lower value by and by (peak EWMA, as in Finagle's {@code PeakEwma}).
   */
  public void answered(int loop, long tookNs, long nowNs) {
    double before = Double.longBitsToDouble(latencyNs.of(loop));
    double kept = decay(nowNs - latencyAtNs.of(loop));
    double next = tookNs >= before ? tookNs : before * kept + tookNs * (1 - kept);
    latencyNs.set(loop, Double.doubleToRawLongBits(next));
    latencyAtNs.set(loop, nowNs);
  }

  /** So many bytes went to or came from the server. */
  public void carried(int loop, long bytes, long nowNs) {
    double before = Double.longBitsToDouble(rate.of(loop)) * decay(nowNs - rateAtNs.of(loop));
    double perSecond = bytes * (1e9 / DECAY_NS);
    rate.set(loop, Double.doubleToRawLongBits(before + perSecond));
    rateAtNs.set(loop, nowNs);
  }

  /** A try has ended. */
  public void ended(int loop, Outcome outcome) {
    if (outcome == Outcome.GOOD) {
      good.add(loop, 1);
      if (failedInARow.getPlain() != 0) {
        failedInARow.set(0);
      }
    } else if (outcome.failed()) {
      failed.add(loop, 1);
      failedInARow.incrementAndGet();
    }
  }

  /** The average of the loops that have seen a response; 0 when none has. */
  public double latencyNs(long nowNs) {
    double sum = 0;
    int seen = 0;
    for (int i = 0; i < latencyNs.loops(); i++) {
      long bits = latencyNs.of(i);
      if (bits != 0) {
        sum += Double.longBitsToDouble(bits) * decay(nowNs - latencyAtNs.of(i));
        seen++;
      }
    }
    return seen == 0 ? 0 : sum / seen;
  }

  /** Over all loops. */
  public double bytesPerSecond(long nowNs) {
    double sum = 0;
    for (int i = 0; i < rate.loops(); i++) {
      long bits = rate.of(i);
      sum += bits == 0 ? 0 : Double.longBitsToDouble(bits) * decay(nowNs - rateAtNs.of(i));
    }
    return sum;
  }

  /** Tries that ended well, ever. */
  public long good() {
    return good.sum();
  }

  /** Tries that failed, ever. */
  public long failed() {
    return failed.sum();
  }

  /** Tries that failed since the last good one, over all loops. */
  public int failedInARow() {
    return failedInARow.get();
  }

  private static double decay(long idleNs) {
    return idleNs <= 0 ? 1 : Math.exp(-(double) idleNs / DECAY_NS);
  }
}
