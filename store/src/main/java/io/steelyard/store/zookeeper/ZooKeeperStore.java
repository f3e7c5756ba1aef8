package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys in ZooKeeper, version 3.6 or newer: a key's znode lies below the prefix's, so that keys can
 * have keys below them. A znode without a value that has or had children is no key. Parents are
 * made as needed, and stay.
 *
 * <p>A {@link #read} first waits until its member knows what the leader knows, and gives the tree
 * as it was at one moment after that ({@link Mirror}). ZooKeeper has no read that asks the
 * majority: for as long as a leader that was cut off believes that it leads (its {@code
 * syncLimit}), it may say something old.
 *
 * <p>A key's version is the number of the transaction that wrote it (mzxid), the tree's revision
 * the highest of those and of what removed a key. With a user, what is written may be read and
 * written by that user alone (digest); else by everybody.
 */
public final class ZooKeeperStore implements KeyStore {
  /**
   * A session lives for so many time-outs: a member that does not answer is left before it ends.
   */
  private static final int SESSION_TIMEOUTS = 4;

  private final Link link;
  private final Changes changes = new Changes();

  /** Held while reading; guards {@code mirror}. */
  private final ReentrantLock reading = new ReentrantLock();

  private Mirror mirror;

  private ZooKeeperStore(Link link) {
    this.link = link;
  }

  /** Connects when it is asked something. */
  public static ZooKeeperStore of(ZooKeeperOptions options) {
    return new ZooKeeperStore(new Link(options, options.timeout().multipliedBy(SESSION_TIMEOUTS)));
  }

  @Override
  public Tree read() throws StoreException, InterruptedException {
    long startNs = System.nanoTime();
    while (true) {
      try {
        return readOnce();
      } catch (Lost e) {
        // Another member may have it.
        if (System.nanoTime() - startNs >= link.options().timeout().toNanos()) {
          throw e;
        }
      }
    }
  }

  private Tree readOnce() throws StoreException, InterruptedException {
    reading.lockInterruptibly();
    try {
      Calls calls = Calls.of(link);
      if (mirror == null || !mirror.isOf(calls)) {
        mirror = new Mirror(link, calls, changes);
      }
      return mirror.read();
    } finally {
      reading.unlock();
    }
  }

  @Override
  public Tree awaitNewer(Tree known, Duration atMost) throws StoreException, InterruptedException {
    long startNs = System.nanoTime();
    Duration left = atMost;
    while (true) {
      Tree now = read();
      if (!now.entries().equals(known.entries())) {
        return now;
      }
      if (!left.isPositive()) {
        return known;
      }
      changes.await(left);
      left = atMost.minusNanos(System.nanoTime() - startNs);
    }
  }

  @Override
  public boolean write(String key, String value, long version)
      throws StoreException, InterruptedException {
    byte[] bytes = Writer.bounded(link, key, value);
    String path = link.path(key);
    return version == 0 ? writer().create(path, bytes) : writer().replace(path, bytes, version);
  }

  @Override
  public boolean remove(String key, long version) throws StoreException, InterruptedException {
    return writer().remove(link.path(key), version);
  }

  private Writer writer() throws StoreException, InterruptedException {
    return new Writer(link, Calls.of(link));
  }

  @Override
  public Lease lease(Duration ttl) throws StoreException, InterruptedException {
    return ZooKeeperLease.of(link.options(), ttl);
  }

  @Override
  public void close() {
    changes.end();
    link.close();
  }

  @Override
  public String toString() {
    return link.toString();
  }
}
