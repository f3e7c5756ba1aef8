package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.zookeeper.ZooKeeper;

/**
 * A session of its own, whose keys vanish with it. ZooKeeper's client keeps a session up by itself,
 * so a thread ends it when it was not renewed in time. Who dies leaves it to the members, which
 * have bounds of their own for how long a session lives without a word (2 and 20 times their {@code
 * tickTime}).
 */
final class ZooKeeperLease implements Lease {
  private final Link link;
  private final long session;
  private final Duration ttl;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition renewed = lock.newCondition();

  /** Guarded by {@code lock}, both. */
  private long renewedNs = System.nanoTime();

  private boolean ended;

  private ZooKeeperLease(Link link, long session, Duration ttl) {
    this.link = link;
    this.session = session;
    this.ttl = ttl;
  }

  static ZooKeeperLease of(ZooKeeperOptions options, Duration ttl)
      throws StoreException, InterruptedException {
    Link link = new Link(options, ttl);
    ZooKeeperLease lease = null;
    try {
      ZooKeeper handle = link.connected();
      int sessionMs = handle.getSessionTimeout();
      lease =
          new ZooKeeperLease(
              link, handle.getSessionId(), Duration.ofMillis(Math.max(sessionMs, ttl.toMillis())));
    } finally {
      if (lease == null) {
        link.close();
      }
    }
    Thread.ofVirtual().name("zookeeper lease").start(lease::endInTime);
    return lease;
  }

  @Override
  public void write(String key, String value) throws StoreException, InterruptedException {
    byte[] bytes = Writer.bounded(link, key, value);
    new Writer(link, calls()).lease(link.path(key), bytes, session);
  }

  @Override
  public void renew() throws StoreException, InterruptedException {
    calls().sync(link.root());
    lock.lock();
    try {
      renewedNs = System.nanoTime();
      renewed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Of the same session; Curator begins another one when it has expired. */
  private Calls calls() throws StoreException, InterruptedException {
    if (isEnded()) {
      throw runOut();
    }
    ZooKeeper handle = link.connected();
    if (handle.getSessionId() != session) {
      close();
      throw runOut();
    }
    return new Calls(link, handle);
  }

  private StoreException runOut() {
    return new StoreException(link + ": the lease has run out");
  }

  private boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void endInTime() {
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  private void awaitEnd() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNs = ttl.toNanos();
      while (!ended && leftNs > 0) {
        renewed.await(leftNs, TimeUnit.NANOSECONDS);
        leftNs = ttl.toNanos() - (System.nanoTime() - renewedNs);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      renewed.signalAll();
    } finally {
      lock.unlock();
    }
    link.close();
  }
}
