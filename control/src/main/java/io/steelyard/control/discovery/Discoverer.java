package io.steelyard.control.discovery;

import io.steelyard.config.DiscoverConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.thread.OwnedThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Goes on asking for one pool's servers, on a thread of its own, until stopped. */
final class Discoverer {
  private static final Logger LOG = System.getLogger("steelyard.discovery");

  /** For its thread to end; it holds nothing that anybody waits for. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String pool;
  private final DiscoverConfig config;
  private final Tools tools;
  private final RandomGenerator random;
  private final CountDownLatch answered = new CountDownLatch(1);
  private final OwnedThread thread;
  private volatile Knowledge knowledge;
  private boolean ended;

  /**
   * What all of them use.
   *
   * @param changed is run when other servers are known than before
   */
  record Tools(
      ServerSource.Factory sources, Findings findings, InstantSource clock, Runnable changed) {}

  /** Begins at once. {@code former} serve the pool until there is an answer. */
  Discoverer(
      String pool,
      DiscoverConfig config,
      List<ServerConfig> former,
      Tools tools,
      RandomGenerator random) {
    this.pool = pool;
    this.config = config;
    this.tools = tools;
    this.random = random;
    this.knowledge = Knowledge.before(former);
    this.thread = new OwnedThread("discovery " + pool, this::run);
  }

  boolean follows(DiscoverConfig other) {
    return config.equals(other);
  }

  Knowledge knowledge() {
    return knowledge;
  }

  DiscoveryStatus status() {
    return new DiscoveryStatus(config.source().toString(), knowledge);
  }

  /** Waits for the first answer, of whatever kind. */
  void awaitAnswer(long atMostNs) throws InterruptedException {
    boolean _ = answered.await(atMostNs, TimeUnit.NANOSECONDS);
  }

  private void run() throws InterruptedException {
    while (true) {
      try (ServerSource source = tools.sources().open(config)) {
        while (true) {
          take(source.ask());
          Thread.sleep(knowledge.pause());
        }
      } catch (RuntimeException e) {
        // A defect in one answer, or a lack of descriptors, must not end it for ever. What it says
        // may hold what nobody is to see.
        LOG.log(
            Level.ERROR, "finding the servers of {0} failed: {1}", pool, e.getClass().getName());
        take(new Answer.Failed("not understood: " + e.getClass().getSimpleName()));
        Thread.sleep(knowledge.pause());
      }
    }
  }

  /** Nothing comes of an answer after {@link #stop}. */
  private synchronized void take(Answer answer) {
    if (ended) {
      return;
    }
    Knowledge before = knowledge;
    Knowledge after = before.after(answer, config.limits(), tools.clock().instant(), random);
    knowledge = after;
    tools.findings().asked(pool, config.source().toString(), before, after);
    answered.countDown();
    if (!after.servers().equals(before.servers())) {
      tools.changed().run();
    }
  }

  /** Asks no more; {@link #awaitEnd} waits for what is under way. */
  void stop() {
    synchronized (this) {
      ended = true;
    }
    thread.stop();
  }

  void awaitEnd() {
    thread.awaitEnd(PATIENCE);
  }
}
