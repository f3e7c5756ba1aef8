package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.LeaseBook;
import io.steelyard.cluster.member.LeaseBook.Entry;
import io.steelyard.cluster.member.LeaseBook.Write;
import io.steelyard.cluster.member.LeaseRecord;
import io.steelyard.cluster.vip.VipReason;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Layout;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Leases in a store that nodes have in common: see {@link LeaseBook}, which decides.
 *
 * <pre>
 *   thread "leases": what does the book say? ──► a thread for each call, which tells what came of it
 *   thread "leases-watch": something has changed ──► the book wants to read
 * </pre>
 *
 * A call that hangs stops no other one. Nothing waits for the store while the lock is held.
 */
final class StoreLeases implements Leases {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  /** After so long without a change it is looked whether the store is there at all. */
  private static final Duration WATCH = Duration.ofSeconds(10);

  private static final Duration CLOSING = Duration.ofMillis(700);

  private final String probe;
  private final KeyStore store;
  private final Duration pause;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition news = lock.newCondition();
  private final LeaseBook book;
  private String failure = "";
  private boolean handedOver;
  private boolean closed;

  private volatile Set<String> wanted = Set.of();

  /**
   * @param store of the leases alone; closed by this
   * @param lease for how long others leave an address to an owner that is not seen any more
   * @param guard after what silence a guard takes addresses away
   */
  StoreLeases(String node, KeyStore store, Duration lease, Duration guard) {
    this.probe = "node " + node;
    this.store = store;
    this.pause = callTime(lease, guard);
    this.book =
        new LeaseBook(
            node,
            new SecureRandom().nextLong(),
            lease.toNanos(),
            guard.toNanos(),
            System.nanoTime());
  }

  /** As a configuration says; connects by itself. */
  static StoreLeases open(String node, ClusterConfig cluster) {
    FromConfig.Store from = cluster.store().orElseThrow();
    Duration lease = VipPlan.storeLease(cluster);
    Duration guard = VipPlan.guardTimeout(cluster);
    KeyStore store = Stores.open(from, Layout.VIPS, callTime(lease, guard));
    StoreLeases leases = new StoreLeases(node, store, lease, guard);
    leases.start();
    return leases;
  }

  /** So that one that fails leaves time for further ones. */
  private static Duration callTime(Duration lease, Duration guard) {
    return Duration.ofNanos(LeaseBook.renewNs(lease.toNanos(), guard.toNanos()));
  }

  void start() {
    Thread.ofVirtual().name("leases").start(this::run);
    Thread.ofVirtual().name("leases-watch").start(this::watch);
  }

  private interface Step {
    void take(long nowNs);
  }

  private void locked(Step step) {
    lock.lock();
    try {
      step.take(System.nanoTime());
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    lock.lock();
    try {
      while (!closed || book.isGivingUp()) {
        turn(System.nanoTime());
        long nowNs = System.nanoTime();
        news.awaitNanos(book.nextNs(nowNs) - nowNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void turn(long nowNs) {
    want(nowNs);
    for (Write write : book.writes(nowNs)) {
      Thread.ofVirtual().name("lease").start(() -> write(write));
    }
    if (book.beginReading(nowNs)) {
      Thread.ofVirtual().name("leases-read").start(() -> read(nowNs));
    }
  }

  /** Whoever could not write wants nothing more, and would not see that it can write again. */
  private void want(long nowNs) {
    if (closed || handedOver) {
      return;
    }
    Set<String> names = new HashSet<>(wanted);
    if (!book.isWritable(nowNs)) {
      names.add(probe);
    }
    book.wants(names, nowNs);
  }

  private void write(Write write) {
    try {
      String key = LeaseRecord.segment(write.name());
      boolean done = store.write(key, write.text(), write.version());
      locked(nowNs -> {
        failure = "";
        book.answered(write, done, nowNs);
      });
    } catch (StoreException e) {
      locked(nowNs -> {
        failed(e);
        book.unanswered(write, nowNs);
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(long askedNs) {
    try {
      Map<String, Entry> entries = new HashMap<>();
      store
          .read()
          .entries()
          .forEach((key, entry) ->
              entries.put(LeaseRecord.name(key), new Entry(entry.value(), entry.version())));
      locked(nowNs -> book.saw(entries, askedNs, nowNs));
    } catch (StoreException e) {
      locked(nowNs -> {
        failed(e);
        book.readFailed(askedNs, nowNs);
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(StoreException e) {
    String why = String.valueOf(e.getMessage());
    if (!why.equals(failure) && !closed) {
      failure = why;
      LOG.log(Level.DEBUG, "leases of virtual addresses: {0}", why);
    }
  }

  /** Only has others' changes noticed sooner than by reading every now and then. */
  private void watch() {
    Tree known = null;
    try {
      while (!isClosed()) {
        try {
          Tree newest = known == null ? store.read() : store.awaitNewer(known, WATCH);
          if (!newest.equals(known)) {
            known = newest;
            locked(_ -> book.changed());
          }
        } catch (StoreException e) {
          Thread.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wants(Set<String> names) {
    if (!names.equals(wanted)) {
      wanted = Set.copyOf(names);
      locked(this::want);
    }
  }

  @Override
  public Map<String, Long> untilNs() {
    lock.lock();
    try {
      return book.untilNs(System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String trouble() {
    lock.lock();
    try {
      long nowNs = System.nanoTime();
      String why = failure.isEmpty() ? store + " has not answered yet" : failure;
      if (!book.reads(nowNs)) {
        return "leases of virtual addresses cannot be read: " + why;
      }
      return book.isWritable(nowNs) ? "" : "leases of virtual addresses cannot be written: " + why;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String text(VipReason reason) {
    return switch (reason) {
      case NO_QUORUM -> "this node does not reach the store of the leases";
      case NO_LEASE -> "this node has no lease of the store";
      default -> reason.text();
    };
  }

  @Override
  public Map<String, Long> counts() {
    lock.lock();
    try {
      return book.counts();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void handOver() {
    locked(nowNs -> {
      handedOver = true;
      book.pass(nowNs);
    });
  }

  /** What cannot be given up in time ends by itself. */
  @Override
  public void close() {
    long beganNs = System.nanoTime();
    lock.lock();
    try {
      closed = true;
      book.wants(Set.of(), beganNs);
      news.signalAll();
      long leftNs = CLOSING.toNanos();
      while (book.isGivingUp() && leftNs > 0) {
        leftNs = news.awaitNanos(leftNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    store.close();
  }
}
