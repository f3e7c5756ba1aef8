package io.steelyard.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the current platform thread itself has worked, whatever else the machine does meanwhile: the
 * first number of {@code schedstat} (Documentation/scheduler/sched-stats.rst of Linux).
 */
public final class ThreadTime {
  private static final Path SCHEDSTAT = Path.of("/proc/thread-self/schedstat");

  private ThreadTime() {}

  /**
   * Nanoseconds on a processor since the thread began, to a tick of the kernel: some milliseconds.
   */
  public static long ns() {
    try {
      return Long.parseLong(Files.readString(SCHEDSTAT).split(" ", 2)[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
