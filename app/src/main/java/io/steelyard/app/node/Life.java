package io.steelyard.app.node;

import io.steelyard.app.node.Signals.Request;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * A node from its start to its end, led by signals.
 *
 * <pre>
 *   RUNNING --HUP--> RUNNING (reloaded)
 *   RUNNING, DRAINING --USR1--> (the access log's file is opened again)
 *   RUNNING --TERM, INT--> DRAINING --all finished, deadline, or TERM, INT--> stopped
 * </pre>
 */
public final class Life {
  /** How long a node waits for what is in flight before it stops. */
  public static final Duration DRAIN_DEADLINE = Duration.ofSeconds(30);

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /** For everything to be closed; then the process ends anyway. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private static final Logger LOG = System.getLogger("steelyard.node");

  private final Node node;
  private final Signals signals;

  private Life(Node node, Signals signals) {
    this.node = node;
    this.signals = signals;
  }

  /**
   * Waits on the calling thread until the node is asked to stop and has drained; closes it.
   *
   * @param signals installed before the node began to serve, so that none of them ends the process
   */
  public static void lead(Node node, Signals signals) throws InterruptedException {
    new Life(node, signals).lead();
  }

  private void lead() throws InterruptedException {
    while (awaitReloadOrStop() == Request.RELOAD) {
      node.reload();
    }
    Thread drain = Thread.ofVirtual().name("drain").start(this::drain);
    // The second request to stop comes either from outside or from the end of the drain.
    while (awaitReloadOrStop() == Request.RELOAD) {
      LOG.log(Level.INFO, "not reloaded: draining");
    }
    drain.interrupt();
    // Or the process could end before it has said that something was cut off.
    drain.join(LAST_WORDS);
    Thread closing = Thread.ofPlatform().daemon().name("close").start(node::close);
    if (closing.join(CLOSING)) {
      LOG.log(Level.INFO, "stopped");
    } else {
      LOG.log(Level.WARNING, "stopped before everything was closed");
    }
  }

  private Request awaitReloadOrStop() throws InterruptedException {
    Request request = signals.await();
    while (request == Request.REOPEN) {
      node.reopenAccessLog();
      request = signals.await();
    }
    return request;
  }

  private void drain() {
    try {
      if (!node.drain(DRAIN_DEADLINE)) {
        LOG.log(Level.WARNING, "not everything had finished before the deadline");
      }
    } catch (InterruptedException e) {
      LOG.log(Level.WARNING, "stopped before everything had finished");
    } finally {
      signals.raise(Request.STOP);
    }
  }
}
