package io.steelyard.net;

import io.steelyard.net.sys.Libc;

/** The file descriptors of this process. */
public final class Descriptors {
  private Descriptors() {}

  /** How many it may have open at a time (RLIMIT_NOFILE). Any thread. */
  public static int max() {
    long max = new Libc().openFilesMax();
    return max < 0 || max > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) max;
  }
}
