package io.steelyard.app.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Many clients at once, each on a virtual thread. */
final class Clients {
  /** What client number {@code index} does. */
  interface Work {
    void of(int index) throws Exception;
  }

  private Clients() {}

  /** Runs all of them to their end; the first failure is thrown. */
  static void run(int count, long timeoutS, Work work)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutS);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        all.add(
            threads.submit(() -> {
              work.of(index);
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
