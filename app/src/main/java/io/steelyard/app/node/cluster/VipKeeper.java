package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.Ready;
import io.steelyard.cluster.vip.VipConflict;
import io.steelyard.cluster.vip.VipElection;
import io.steelyard.cluster.vip.VipEvent;
import io.steelyard.cluster.vip.VipExclusion;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.cluster.vip.VipPenalty;
import io.steelyard.cluster.vip.VipReason;
import io.steelyard.cluster.vip.VipStatus;
import io.steelyard.vip.VipCounts;
import io.steelyard.vip.VipDriver;
import io.steelyard.vip.VipDriverOptions;
import io.steelyard.vip.VipListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The thread that elects: it is told what is heard, asks how this node is, and has done what the
 * election says, in its order. Nothing else decides about virtual addresses.
 *
 * <pre>
 *   adverts, guard ──► thread "vips": election ──Ready──► driver: addresses, adverts
 *                         ▲   every 25 ms at least: ready? loops turn? penalties? leases?
 * </pre>
 */
final class VipKeeper implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  /** News from other threads that wait; more are dropped and counted. */
  private static final int TASKS_MAX = 256;

  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(25);

  /** For so long what a former process had is left where it is, until it is owned again. */
  private static final long INHERITED_NS = TimeUnit.SECONDS.toNanos(10);

  private static final long ADVERTISE_ON_NS = TimeUnit.SECONDS.toNanos(3);
  private static final long ADDRESSES_NS = TimeUnit.SECONDS.toNanos(1);

  /** The guard's word is read by then, also where this process has just gone on. */
  private static final long SUSPECTED_NS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final Duration CLOSING = Duration.ofSeconds(3);

  /**
   * What the election depends on beside adverts. Asked by the thread that elects; must not block.
   */
  interface Surroundings {
    /** Whether this node serves, and could go on. */
    boolean able();

    /** By how much a priority falls now. */
    VipPenalty penalty(VipId id);

    /** Whether that a host answers for an address of a virtual router means nothing. */
    boolean overlooks(VipId id);

    /** Something worth telling has happened. */
    void happened(VipEvent event);

    /** Something did not work. */
    void failed(String what);
  }

  private final Surroundings surroundings;
  private final Leases leases;
  private final BlockingQueue<Consumer<VipKeeper>> tasks = new ArrayBlockingQueue<>(TASKS_MAX);
  private final LongAdder dropped = new LongAdder();
  private final Thread thread = Thread.ofPlatform().name("vips").unstarted(this::run);
  private final VipElection election;
  private final MissingAddresses missing = new MissingAddresses();
  private final VipDriver driver;
  private List<VipOptions> routers;

  /** What a former process of this host has handed over, until it is adopted or given up. */
  private Set<VipId> inherited = Set.of();

  /** Since when that process has let go; counts if it has. */
  private long inheritedNs;

  private boolean formerIsGone;
  private boolean handedOver;
  private long handedOverNs;
  private long lookedNs = System.nanoTime();
  private volatile Seen seen = new Seen(List.of(), null);
  private volatile boolean closed;

  /** How it stood when the thread looked last. */
  record Seen(List<VipStatus> status, VipCounts counts) {}

  /**
   * @param driver already open; closed by this
   * @param leases null where none are needed
   */
  VipKeeper(List<VipOptions> routers, VipDriver driver, Leases leases, Surroundings surroundings) {
    this.routers = routers;
    this.driver = driver;
    this.leases = leases;
    this.surroundings = surroundings;
    this.election =
        new VipElection(
            routers,
            driver.sources(),
            leases == null ? VipExclusion.NONE : VipExclusion.LEASE,
            System.nanoTime());
  }

  /**
   * Begins; owns nothing yet.
   *
   * @param handedOver what a former process of this host owned: its addresses are still there
   */
  void start(Set<VipId> handedOver) {
    inherited = Set.copyOf(handedOver);
    thread.start();
  }

  /**
   * For a driver that is opened before its keeper is there.
   *
   * @param to the keeper, once there is one
   * @param failed what did not work
   */
  static VipListener listener(Supplier<VipKeeper> to, Consumer<String> failed) {
    return new VipListener() {
      @Override
      public void received(Advert advert, InetAddress source) {
        VipKeeper keeper = to.get();
        // Null at the very end, and before the first turn.
        if (keeper != null && !keeper.handedOver) {
          keeper.heard(advert, source);
        }
      }

      @Override
      public void used(VipId id, VipConflict conflict) {
        VipKeeper keeper = to.get();
        if (keeper != null && !keeper.handedOver && !keeper.surroundings.overlooks(id)) {
          keeper.perform(keeper.election.answered(id, conflict, System.nanoTime()));
        }
      }

      @Override
      public void lost(VipId id) {
        VipKeeper keeper = to.get();
        if (keeper != null) {
          keeper.tell(k -> k.lost(id));
        }
      }

      @Override
      public void linkChanged(String link, boolean up) {
        // The tracker watches it, too.
      }

      @Override
      public void guardEnded() {
        failed.accept("the guard of virtual addresses has ended; another one is started");
      }

      @Override
      public void failed(String what) {
        failed.accept(what);
      }
    };
  }

  private void heard(Advert advert, InetAddress source) {
    // Before that: it decides whether this node is still the owner.
    election.advertised(driver.spokenNs());
    perform(election.heard(advert, source, System.nanoTime()));
  }

  private void lost(VipId id) {
    missing.relieved(id);
    if (!handedOver) {
      perform(election.relieved(id, System.nanoTime()));
    }
  }

  /** Passes something to the thread that elects. */
  void tell(Consumer<VipKeeper> task) {
    if (!tasks.offer(task)) {
      dropped.increment();
    }
    driver.wake();
  }

  private void run() {
    if (!VipDriver.hurry()) {
      LOG.log(Level.INFO, "without CAP_SYS_NICE, adverts may be late on a busy machine");
    }
    // Not after a turn that failed: a guard that hears nothing takes the addresses away.
    boolean turned = true;
    while (!closed) {
      try {
        if (turned) {
          driver.beat();
        }
        turned = false;
        turn();
        turned = true;
      } catch (RuntimeException e) {
        // The guard takes the addresses away if this goes on for long enough to matter.
        LOG.log(Level.ERROR, "the election of virtual addresses failed", e);
      }
    }
  }

  private void turn() {
    long waitNs = Math.min(LOOK_NS, election.nextDeadlineNs() - System.nanoTime());
    driver.receive(Math.max(0, waitNs));
    election.advertised(driver.spokenNs());
    for (Consumer<VipKeeper> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.accept(this);
    }
    if (handedOver) {
      advertiseOn();
      return;
    }
    look();
    lookForAddresses();
    perform(election.tick(System.nanoTime()));
    seen = new Seen(election.status(System.nanoTime()), driver.counts());
  }

  /**
   * Another process of this host elects now, and is young: until it is sure of its pace, this one
   * says in the same words that the owner is there.
   */
  private void advertiseOn() {
    long nowNs = System.nanoTime();
    if (nowNs - handedOverNs < ADVERTISE_ON_NS) {
      election.tick(nowNs).send().stream()
          .filter(advert -> advert.priority() > 0 && isHere(advert.id()))
          .forEach(driver::send);
    }
  }

  /** That process may have given it up, or have died, and its guard have taken it away. */
  private boolean isHere(VipId id) {
    try {
      return driver.has(id);
    } catch (IOException e) {
      return false;
    }
  }

  /** How this node is. */
  private void look() {
    for (VipOptions router : routers) {
      VipPenalty penalty = surroundings.penalty(router.id());
      perform(election.track(router.id(), penalty, System.nanoTime()));
    }
    boolean able = surroundings.able();
    perform(election.eligible(able, System.nanoTime()));
    if (!inherited.isEmpty()) {
      inherit(able);
    }
    if (leases != null) {
      // Who cannot get leases does not ask others to give up for it.
      perform(election.quorum(leases.trouble().isEmpty(), System.nanoTime()));
      leases.wants(election.wanted());
      perform(election.leases(leases.untilNs(), System.nanoTime()));
    }
  }

  /** Somebody on this host may have deleted what is owned: it is taken again. */
  private void lookForAddresses() {
    long nowNs = System.nanoTime();
    if (nowNs - lookedNs < (missing.suspects() ? SUSPECTED_NS : ADDRESSES_NS)) {
      return;
    }
    lookedNs = nowNs;
    renewLinks();
    for (VipId id : missing.look(election.owned(), this::isThere)) {
      perform(election.gone(id, System.nanoTime()));
      // This process may have stood still, and others may own it.
      if (election.owned().contains(id)) {
        surroundings.failed("somebody has deleted the addresses of " + id + ": taken again");
      }
    }
  }

  private boolean isThere(VipId id) {
    try {
      return driver.has(id);
    } catch (IOException e) {
      surroundings.failed(e.getMessage());
      return true;
    }
  }

  /** A link may have been deleted and made again. */
  private void renewLinks() {
    try {
      Set<String> renewed = driver.renewLinks();
      if (!renewed.isEmpty()) {
        surroundings.failed("made again since this node started: " + renewed + "; used again");
        perform(election.follow(routers, driver.sources(), System.nanoTime()));
      }
    } catch (IOException e) {
      surroundings.failed(e.getMessage());
    }
  }

  /** Goes on as the owner. Where leases are needed the former process says when. */
  private void inherit(boolean able) {
    if (able && leases == null) {
      // What the guard of a former process that died has removed others own by now, or will.
      Set<VipId> here = new HashSet<>(inherited);
      here.removeIf(id -> !isHere(id));
      perform(election.adopt(here, System.nanoTime()));
      inherited = Set.of();
    } else if (formerIsGone && System.nanoTime() - inheritedNs > INHERITED_NS) {
      inherited.stream().filter(id -> !election.owned().contains(id)).forEach(driver::release);
      inherited = Set.of();
    }
  }

  private void perform(Ready ready) {
    driver.perform(ready);
    ready.events().forEach(surroundings::happened);
  }

  /** From now on it is these; what is in both stays where it is. Does not wait. */
  void follow(List<VipOptions> next, VipDriverOptions options) {
    tell(keeper -> keeper.followNow(next, options));
  }

  private void followNow(List<VipOptions> next, VipDriverOptions options) {
    try {
      driver.follow(next, options);
      perform(election.follow(next, driver.sources(), System.nanoTime()));
      routers = next;
      Set<VipId> left = new HashSet<>(inherited);
      left.retainAll(driver.sources().keySet());
      inherited = left;
    } catch (IOException e) {
      surroundings.failed("virtual addresses stay as they were: " + e.getMessage());
    }
  }

  /** Why something is not owned, for people. Any thread. */
  String text(VipReason reason) {
    return leases == null ? reason.text() : leases.text(reason);
  }

  /** What is wrong with the leases, for people; empty: nothing. Any thread. */
  String leaseTrouble() {
    return leases == null ? "" : leases.trouble();
  }

  /** What has happened with leases. Any thread. */
  Map<String, Long> leaseCounts() {
    return leases == null ? Map.of() : leases.counts();
  }

  /** How it stood a moment ago. Any thread. */
  Seen seen() {
    return seen;
  }

  /** News that were dropped since they came too fast. */
  long dropped() {
    return dropped.sum();
  }

  /**
   * The former process of this host has let go. Where leases are needed, this one goes on with what
   * is leased to its node, which it has until then to make sure of; what else that one had goes.
   *
   * @param handed what is on this host, and configured here
   */
  void inheritLast(Set<VipId> handed, Map<VipId, Long> untilNs) throws InterruptedException {
    doAndWait(keeper -> {
      keeper.formerIsGone = true;
      keeper.inheritedNs = System.nanoTime();
      if (keeper.leases == null) {
        Set<VipId> left = new HashSet<>(handed);
        left.removeAll(keeper.election.owned());
        keeper.inherited = left;
      } else {
        keeper.inheritNow(handed, untilNs);
      }
    });
  }

  private void inheritNow(Set<VipId> handed, Map<VipId, Long> untilNs) {
    inherited = Set.of();
    Map<VipId, Long> given = new HashMap<>(untilNs);
    given.keySet().retainAll(handed);
    handed.stream().filter(id -> !given.containsKey(id)).forEach(driver::release);
    given.keySet().forEach(driver::inherit);
    perform(election.inherit(given, System.nanoTime()));
    leases.wants(election.wanted());
  }

  /**
   * What is left to another process.
   *
   * @param untilNs until when what is leased may be owned
   */
  record HandedOver(Set<VipId> ids, Map<VipId, Long> untilNs) {}

  /** Another process of this host goes on with what this one has: it stays where it is. */
  HandedOver handOver() throws InterruptedException {
    Map<VipId, Long> untilNs = new ConcurrentHashMap<>();
    Set<VipId> ids = ConcurrentHashMap.newKeySet();
    AtomicBoolean late = new AtomicBoolean();
    boolean done =
        doAndWait(keeper -> {
          if (late.get()) {
            return;
          }
          if (keeper.leases != null) {
            // As fresh as they are now, not as they were when this thread looked last.
            keeper.perform(keeper.election.leases(keeper.leases.untilNs(), System.nanoTime()));
            untilNs.putAll(keeper.election.ownedUntilNs());
          }
          ids.addAll(keeper.election.owned());
          // What this one has inherited and does not own yet.
          ids.addAll(untilNs.keySet());
          ids.addAll(keeper.inherited);
          ids.forEach(keeper.driver::handOver);
          keeper.handedOver = true;
          keeper.handedOverNs = System.nanoTime();
          if (keeper.leases != null) {
            keeper.leases.handOver();
          }
        });
    // Nothing is left behind that the other process was not told of: this one gives it up later.
    late.set(true);
    return done
        ? new HandedOver(Set.copyOf(ids), Map.copyOf(untilNs))
        : new HandedOver(Set.of(), Map.of());
  }

  /** Gives all up, and says so to the others; waits for that. */
  void leave() throws InterruptedException {
    doAndWait(keeper -> {
      if (!keeper.handedOver) {
        keeper.perform(keeper.election.stop(System.nanoTime()));
        if (keeper.leases != null) {
          keeper.leases.wants(Set.of());
        }
      }
    });
  }

  /** Whether it was done. */
  private boolean doAndWait(Consumer<VipKeeper> task) throws InterruptedException {
    if (!thread.isAlive()) {
      return false;
    }
    CountDownLatch done = new CountDownLatch(1);
    tell(keeper -> {
      task.accept(keeper);
      done.countDown();
    });
    boolean inTime = done.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    if (!inTime) {
      LOG.log(Level.WARNING, "virtual addresses were not given up in time");
    }
    return inTime;
  }

  @Override
  public void close() {
    try {
      leave();
      closed = true;
      driver.wake();
      thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    driver.close();
    if (leases != null) {
      leases.close();
    }
  }
}
