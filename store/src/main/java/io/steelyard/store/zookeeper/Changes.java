package io.steelyard.store.zookeeper;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/** What a session was told of: written by the client's thread, taken and awaited by any. */
final class Changes implements Watcher {
  /** More that nobody has taken are forgotten: then everything is read. */
  private static final int UNTAKEN_MAX = Reader.ZNODES_MAX;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private Set<String> paths = new HashSet<>();
  private boolean complete = true;
  private boolean over;

  /**
   * What has changed.
   *
   * @param complete whether these are all; false after a loss of the connection
   */
  record Seen(Set<String> paths, boolean complete) {
    Seen {
      paths = Set.copyOf(paths);
    }

    boolean isNothing() {
      return complete && paths.isEmpty();
    }

    Seen and(Seen later) {
      Set<String> all = new HashSet<>(paths);
      all.addAll(later.paths);
      return new Seen(all, complete && later.complete);
    }
  }

  @Override
  public void process(WatchedEvent event) {
    lock.lock();
    try {
      boolean ofSession = event.getType() == Event.EventType.None;
      if (ofSession && event.getState() == Event.KeeperState.SyncConnected) {
        return;
      }
      if (ofSession || paths.size() >= UNTAKEN_MAX) {
        complete = false;
        paths.clear();
      } else {
        paths.add(event.getPath());
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Everything since the last time. */
  Seen take() {
    lock.lock();
    try {
      Seen seen = new Seen(paths, complete);
      paths = new HashSet<>();
      complete = true;
      return seen;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is something to take. */
  void await(Duration atMost) throws InterruptedException {
    long leftNs = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (paths.isEmpty() && complete && !over && leftNs > 0) {
        leftNs = news.awaitNanos(leftNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits any more. */
  void end() {
    lock.lock();
    try {
      over = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
