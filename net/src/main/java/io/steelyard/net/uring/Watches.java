package io.steelyard.net.uring;

import io.steelyard.net.DatagramReader;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Descriptors that somebody reads from when they are readable: each is polled once at a time, and
 * again when it was read from, so that whoever has much to read waits for the others. Loop thread
 * only.
 *
 * <pre>
 *   POLLED --readable--> read from --> POLLED
 *   POLLED --remove--> CANCELLED --completion--> gone: its number is free
 * </pre>
 */
final class Watches {
  private static final class Watch {
    final int id;
    int fd;

    /** Null when it is not wanted any more. */
    DatagramReader reader;

    Watch(int id) {
      this.id = id;
    }
  }

  private final Submissions submissions;
  private Watch[] byFd = new Watch[64];
  private Watch[] byId = new Watch[64];
  private final ArrayDeque<Watch> free = new ArrayDeque<>();
  private int count;

  Watches(Submissions submissions) {
    this.submissions = submissions;
  }

  void add(int fd, DatagramReader reader) {
    if (fd >= byFd.length) {
      byFd = Arrays.copyOf(byFd, Integer.highestOneBit(fd) << 1);
    }
    Watch w = free.poll();
    if (w == null) {
      w = new Watch(count++);
      if (w.id == byId.length) {
        byId = Arrays.copyOf(byId, 2 * w.id);
      }
      byId[w.id] = w;
    }
    w.fd = fd;
    w.reader = reader;
    byFd[fd] = w;
    submissions.pollReader(fd, w.id);
  }

  void remove(int fd) {
    Watch w = fd < byFd.length ? byFd[fd] : null;
    if (w != null) {
      byFd[fd] = null;
      w.reader = null;
      submissions.cancelReader(w.id);
    }
  }

  /** The poll has completed: who is to read, or null. {@link #again} follows. */
  DatagramReader completed(int id) {
    return byId[id].reader;
  }

  /** It was read from: polls it again, unless it was removed. */
  void again(int id) {
    Watch w = byId[id];
    if (w.reader == null) {
      free.add(w);
    } else {
      submissions.pollReader(w.fd, id);
    }
  }
}
