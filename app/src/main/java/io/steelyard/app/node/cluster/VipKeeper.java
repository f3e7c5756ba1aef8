package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.Ready;
import io.steelyard.cluster.vip.VipElection;
import io.steelyard.cluster.vip.VipEvent;
import io.steelyard.cluster.vip.VipExclusion;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.cluster.vip.VipStatus;
import io.steelyard.vip.VipCounts;
import io.steelyard.vip.VipDriver;
import io.steelyard.vip.VipListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The thread that elects: it is told what is heard, asks how this node is, and has done what the
 * election says, in its order. Nothing else decides about virtual addresses.
 *
 * <pre>
 *   receivers, guard ──tasks──► thread "vips": election ──Ready──► driver: addresses, adverts
 *                                  ▲   every 25 ms at least: ready? loops turn? penalties? leases?
 * </pre>
 */
final class VipKeeper implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  /** Adverts and other news that wait; more are dropped and counted. */
  private static final int TASKS_MAX = 4096;

  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final Duration CLOSING = Duration.ofSeconds(3);

  /**
   * What the election depends on beside adverts. Asked by the thread that elects; must not block.
   */
  interface Surroundings {
    /** Whether this node serves, and could go on. */
    boolean able();

    /** By how much a priority falls now. */
    int penalty(VipId id, int priority);

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
  private VipDriver driver;
  private List<VipOptions> routers;
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
            sources(routers, driver),
            leases == null ? VipExclusion.NONE : VipExclusion.LEASE,
            System.nanoTime());
  }

  private static Map<VipId, InetAddress> sources(List<VipOptions> routers, VipDriver driver) {
    Map<VipId, InetAddress> sources = new LinkedHashMap<>();
    routers.forEach(router -> sources.put(router.id(), driver.source(router.id())));
    return sources;
  }

  /** Begins; owns nothing yet, but what a former process of this host has handed over. */
  void start(Set<VipId> adopted) {
    if (!adopted.isEmpty()) {
      tell(keeper -> keeper.perform(keeper.election.adopt(adopted, System.nanoTime())));
    }
    thread.start();
  }

  /** What the driver hears is worked in by the thread that elects. */
  static VipListener listener(Consumer<Consumer<VipKeeper>> to, Consumer<String> failed) {
    return new VipListener() {
      @Override
      public void received(Advert advert, InetAddress source) {
        to.accept(k -> k.perform(k.election.heard(advert, source, System.nanoTime())));
      }

      @Override
      public void lost(VipId id) {
        to.accept(k -> k.perform(k.election.gone(id, System.nanoTime())));
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

  /** Passes something to the thread that elects. */
  void tell(Consumer<VipKeeper> task) {
    if (!tasks.offer(task)) {
      dropped.increment();
    }
  }

  private void run() {
    while (!closed) {
      try {
        turn();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // The guard takes the addresses away if this goes on for long enough to matter.
        LOG.log(Level.ERROR, "the election of virtual addresses failed", e);
      }
    }
  }

  private void turn() throws InterruptedException {
    long waitNs = Math.min(LOOK_NS, election.nextDeadlineNs() - System.nanoTime());
    Consumer<VipKeeper> task = tasks.poll(Math.max(0, waitNs), TimeUnit.NANOSECONDS);
    while (task != null) {
      task.accept(this);
      task = tasks.poll();
    }
    look();
    perform(election.tick(System.nanoTime()));
    driver.beat();
    seen = new Seen(election.status(System.nanoTime()), driver.counts());
  }

  /** How this node is. */
  private void look() {
    for (VipOptions router : routers) {
      int penalty = surroundings.penalty(router.id(), router.priority());
      perform(election.track(router.id(), penalty, System.nanoTime()));
    }
    perform(election.eligible(surroundings.able(), System.nanoTime()));
    if (leases != null) {
      leases.wants(election.wanted());
      perform(election.leases(leases.untilNs(), System.nanoTime()));
    }
  }

  private void perform(Ready ready) {
    ready.release().forEach(driver::release);
    ready.send().forEach(driver::send);
    ready.take().forEach(driver::take);
    ready.announce().stream().filter(id -> !ready.take().contains(id)).forEach(driver::announce);
    ready.events().forEach(surroundings::happened);
  }

  /** From now on it is these; what is in both stays where it is. Does not wait. */
  void follow(List<VipOptions> next, VipDriver nextDriver) {
    tell(keeper -> keeper.followNow(next, nextDriver));
  }

  private void followNow(List<VipOptions> next, VipDriver nextDriver) {
    VipDriver before = driver;
    Map<VipId, VipOptions> kept = new HashMap<>();
    next.forEach(router -> kept.put(router.id(), router));
    Ready ready = election.follow(next, sources(next, nextDriver), System.nanoTime());
    ready.release().stream().filter(id -> isOf(routers, id)).forEach(before::release);
    for (VipId id : election.owned()) {
      if (isOf(routers, id)) {
        nextDriver.take(id);
        before.handOver(id);
      }
    }
    ready.send().stream().filter(advert -> !kept.containsKey(advert.id())).forEach(before::send);
    driver = nextDriver;
    routers = next;
    perform(
        new Ready(
            List.of(),
            ready.send().stream().filter(advert -> kept.containsKey(advert.id())).toList(),
            ready.take(),
            ready.announce(),
            ready.events()));
    before.close();
  }

  private static boolean isOf(List<VipOptions> routers, VipId id) {
    return routers.stream().anyMatch(router -> router.id().equals(id));
  }

  /** How it stood a moment ago. Any thread. */
  Seen seen() {
    return seen;
  }

  /** News that were dropped since they came too fast. */
  long dropped() {
    return dropped.sum();
  }

  /** Gives all up, and says so to the others; waits for that. */
  void leave() throws InterruptedException {
    if (thread.isAlive()) {
      CountDownLatch done = new CountDownLatch(1);
      tell(keeper -> {
        keeper.perform(keeper.election.stop(System.nanoTime()));
        done.countDown();
      });
      if (!done.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "virtual addresses were not given up in time");
      }
    }
  }

  @Override
  public void close() {
    try {
      leave();
      closed = true;
      thread.interrupt();
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
