package io.steelyard.cluster.vip;

/**
 * When an owner tells the network where its addresses are: often at first, since what is told may
 * be lost, or forgotten by a switch that has just found its tree; then from time to time.
 */
final class Announcements {
  private static final long MS = 1_000_000;
  private static final long[] AFTER_NS = {
    0, 50 * MS, 100 * MS, 250 * MS, 500 * MS, 1000 * MS, 2000 * MS, 5000 * MS
  };

  /** Between two; however often another owner is heard. */
  private static final long LEAST_NS = 50 * MS;

  private static final long REPEAT_NS = 30_000 * MS;

  private long startNs;
  private int step;
  private long nextNs;
  private long lastNs;

  /** After a takeover: they are told now. */
  void start(long nowNs) {
    startNs = nowNs;
    step = 0;
    nextNs = nowNs;
  }

  /** As after a takeover, but in no faster row than then, however often that is called. */
  void restart(long nowNs) {
    start(nowNs - lastNs < LEAST_NS ? lastNs + LEAST_NS : nowNs);
  }

  long nextNs() {
    return nextNs;
  }

  /** Whether it is time; then that counts as done. */
  boolean due(long nowNs) {
    if (nowNs - nextNs < 0) {
      return false;
    }
    lastNs = nowNs;
    do {
      step++;
      nextNs = step < AFTER_NS.length ? startNs + AFTER_NS[step] : nowNs + REPEAT_NS;
    } while (nowNs - nextNs >= 0);
    return true;
  }
}
