package io.steelyard.net;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;

/** The file descriptors of this process. */
public final class Descriptors {
  private Descriptors() {}

  /** How many it may have open at a time (RLIMIT_NOFILE). Any thread. */
  public static int max() {
    long max = new Libc().openFilesMax();
    return max < 0 || max > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) max;
  }

  /**
   * Makes the kernel's table of this process's descriptors as large as it may get, at most {@code
   * wanted}, ahead of need and for good: it does not shrink. Otherwise the table doubles whenever a
   * descriptor does not fit, and in a process of several threads whoever asks for that descriptor
   * waits until every processor has been through the scheduler (expand_fdtable in the kernel's
   * fs/file.c: synchronize_rcu): tens of milliseconds, and seconds on a crowded machine, for all
   * connections of a loop. May wait that long itself; any thread but a loop's.
   */
  public static void makeRoom(int wanted) {
    Libc libc = new Libc();
    int any = libc.eventfd(0, Abi.EFD_CLOEXEC);
    int last = libc.fcntlBlocking(any, Abi.F_DUPFD_CLOEXEC, Math.min(wanted, max()) - 1);
    libc.close(last);
    libc.close(any);
  }
}
