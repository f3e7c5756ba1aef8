package io.steelyard.net;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.util.ArrayDeque;

/** Empty pipes for reuse; a bounded number is kept. Loop thread only. */
@SuppressWarnings("exports") // Libc is for the transports, which are of this module
public final class PipePool {
  private static final int WANTED_BYTES = 1 << 20;
  private static final int SMALLER_BYTES = 1 << 18;
  private static final int KEPT_MAX = 64;

  private final Libc libc;
  private final LoopCounters counters;
  private final ArrayDeque<Pipe> idle = new ArrayDeque<>(KEPT_MAX);
  private final int[] ends = new int[2];

  public PipePool(Libc libc, LoopCounters counters) {
    this.libc = libc;
    this.counters = counters;
  }

  /** An empty pipe, or null when the process has no descriptors left for one. */
  public Pipe take() {
    Pipe p = idle.pollLast();
    return p != null ? p : open();
  }

  private Pipe open() {
    if (libc.pipe2(ends, Abi.O_NONBLOCK | Abi.O_CLOEXEC) < 0) {
      return null;
    }
    int granted = libc.fcntl(ends[1], Abi.F_SETPIPE_SZ, WANTED_BYTES);
    if (granted < 0) {
      // Unprivileged users have a budget of pipe memory; a smaller pipe works too.
      libc.fcntl(ends[1], Abi.F_SETPIPE_SZ, SMALLER_BYTES);
      granted = libc.fcntl(ends[1], Abi.F_GETPIPE_SZ, 0);
    }
    counters.pipesOpen++;
    return new Pipe(ends[0], ends[1], granted > 0 ? granted : 4096);
  }

  /** Takes a pipe back; one that is not empty is closed, or its bytes would reach a stranger. */
  public void giveBack(Pipe p, boolean empty) {
    if (empty && idle.size() < KEPT_MAX) {
      idle.addLast(p);
    } else {
      close(p);
    }
  }

  private void close(Pipe p) {
    libc.close(p.readFd());
    libc.close(p.writeFd());
    counters.pipesOpen--;
  }

  public void close() {
    for (Pipe p = idle.pollLast(); p != null; p = idle.pollLast()) {
      close(p);
    }
  }
}
