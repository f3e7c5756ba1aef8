package io.steelyard.share.memcached;

import io.steelyard.share.call.Listening;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Threads that look for new messages, one for each server and listener. */
final class Pollers implements AutoCloseable {
  /** Messages are heard within about twice that. */
  private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final Logger LOG = System.getLogger("steelyard.share");

  private final Servers servers;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Pollers(Servers servers) {
    this.servers = servers;
  }

  void add(Consumer<byte[]> listener, Runnable missed) {
    Listening listening = new Listening(listener, missed);
    CountDownLatch first = new CountDownLatch(servers.all().size());
    for (Server server : servers.all()) {
      Poller poller = new Poller(servers, server, listening);
      Thread thread =
          Thread.ofVirtual().name("steelyard-memcached-poller").unstarted(() -> run(poller, first));
      threads.add(thread);
      thread.start();
    }
    try {
      boolean _ = first.await(servers.timeoutMs(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Poller poller, CountDownLatch first) {
    while (!closed) {
      try {
        poller.look();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, servers + ": looking for messages failed", e);
        poller.stumble();
      }
      first.countDown();
      LockSupport.parkNanos(LOOK_EVERY_NS);
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(LockSupport::unpark);
  }
}
