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
 *   RUNNING --TERM, INT--> DRAINING --all finished, deadline, or TERM, INT--> stopped
 * </pre>
 */
public final class Life {
  /** How long a node waits for what is in flight before it stops. */
  public static final Duration DRAIN_DEADLINE = Duration.ofSeconds(30);

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final Logger LOG = System.getLogger("steelyard.node");

  private final Node node;
  private final Signals signals;

  private Life(Node node, Signals signals) {
    this.node = node;
    this.signals = signals;
  }

  /** Waits on the calling thread until the node is asked to stop and has drained; closes it. */
  public static void lead(Node node) throws InterruptedException {
    new Life(node, Signals.install()).lead();
  }

  private void lead() throws InterruptedException {
    try (node) {
      while (signals.await() == Request.RELOAD) {
        node.reload();
      }
      Thread drain = Thread.ofVirtual().name("drain").start(this::drain);
      // The second request to stop comes either from outside or from the end of the drain.
      while (signals.await() == Request.RELOAD) {
        LOG.log(Level.INFO, "not reloaded: draining");
      }
      drain.interrupt();
      // Or the process could end before it has said that something was cut off.
      drain.join(LAST_WORDS);
    }
    LOG.log(Level.INFO, "stopped");
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
