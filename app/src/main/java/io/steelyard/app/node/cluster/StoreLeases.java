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
import java.util.function.Supplier;

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

  /** After the time of so many calls without an answer a client is given up. */
  private static final int SILENT_CALLS = 2;

  private static final Duration CLOSING = Duration.ofMillis(700);

  private final String probe;
  private final Supplier<KeyStore> stores;

  /** How long a call may take, so that one that fails leaves time for further ones. */
  private final Duration call;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition news = lock.newCondition();
  private final LeaseBook book;
  private String failure = "";
  private long goodNs = System.nanoTime();
  private long openedNs = goodNs;
  private boolean handedOver;
  private boolean closed;
  private boolean ended;

  private volatile KeyStore store;
  private volatile Set<String> wanted = Set.of();

  /**
   * @param stores opens that of the leases alone
   * @param lease for how long others leave an address to an owner that is not seen any more
   * @param guard after what silence a guard takes addresses away
   */
  StoreLeases(String node, Supplier<KeyStore> stores, Duration lease, Duration guard) {
    this.probe = "node " + node;
    this.stores = stores;
    this.store = stores.get();
    this.call = callTime(lease, guard);
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
    Duration call = callTime(lease, guard);
    StoreLeases leases =
        new StoreLeases(node, () -> Stores.open(from, Layout.VIPS, call), lease, guard);
    leases.start();
    return leases;
  }

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
      while (!ended) {
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
        goodNs = nowNs;
        book.answered(write, done, nowNs);
      });
    } catch (StoreException | RuntimeException e) {
      locked(nowNs -> {
        failed(e, nowNs);
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
      locked(nowNs -> {
        goodNs = nowNs;
        book.saw(entries, askedNs, nowNs);
      });
    } catch (StoreException | RuntimeException e) {
      locked(nowNs -> {
        failed(e, nowNs);
        book.readFailed(askedNs, nowNs);
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(Exception e, long nowNs) {
    String why = e instanceof StoreException ? e.getMessage() : e.toString();
    if (!why.equals(failure) && !closed) {
      failure = why;
      LOG.log(Level.DEBUG, "leases of virtual addresses: {0}", why);
    }
    reopenIfSilent(nowNs);
  }

  /**
   * A client may wait longer for a member that has fallen silent than a lease lasts, as ZooKeeper's
   * does: another one begins with another member.
   */
  private void reopenIfSilent(long nowNs) {
    long callNs = call.toNanos();
    if (!closed
        && nowNs - goodNs > SILENT_CALLS * callNs
        && nowNs - openedNs > 2 * SILENT_CALLS * callNs) {
      openedNs = nowNs;
      Thread.ofVirtual().name("leases-reopen").start(this::reopen);
    }
  }

  private void reopen() {
    KeyStore former = store;
    store = stores.get();
    former.close();
    if (isClosed()) {
      store.close();
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
        } catch (StoreException | RuntimeException e) {
          // Reading every now and then says what is wrong.
          Thread.sleep(call);
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
      ended = true;
      news.signalAll();
      lock.unlock();
    }
    store.close();
  }
}
