package io.steelyard.core;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 5_000;
  private static final int MEASUREMENTS = 3;

  private Allocation() {}

  /**
   * Bytes that {@code times} runs allocate, after a few to link what is linked once: the least of
   * some measurements, since the compiler may have the thread do something of its own in between.
   */
  public static long bytes(int times, Runnable work) {
    run(WARM_UP, work);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < MEASUREMENTS; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      run(times, work);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static void run(int times, Runnable work) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }
}
