package io.steelyard.core;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 5_000;

  private Allocation() {}

  /** Bytes that {@code times} runs allocate, after a few to link what is linked once. */
  public static long bytes(int times, Runnable work) {
    run(WARM_UP, work);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    run(times, work);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void run(int times, Runnable work) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }
}
