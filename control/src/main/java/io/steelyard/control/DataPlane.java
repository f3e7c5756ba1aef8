package io.steelyard.control;

import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What the control plane asks of the data plane. Called by one control thread; every call returns
 * when it is done.
 */
public interface DataPlane extends MetricSource {
  /** How many event loops there are; constant. */
  int loops();

  /**
   * Makes what of a snapshot may fail, but for its sockets. Changes nothing.
   *
   * @throws IOException saying what cannot be had, and why
   */
  void prepare(Snapshot snapshot) throws IOException;

  /**
   * Opens the sockets of these listeners, all or none. They accept only once a snapshot that holds
   * them is published.
   *
   * @throws IOException saying which address could not be had, and why
   */
  void bind(List<Listener> listeners) throws IOException;

  /** From now on new requests follow this snapshot, on every loop. */
  void publish(Snapshot snapshot);

  /**
   * Closes the sockets of these listeners; their connections finish the request that is under way,
   * then close.
   */
  void drain(List<Listener> listeners);

  /** The parts of the session table, to be read by any thread. */
  List<SessionShard> sessions();

  /**
   * A stamp that is later than that of every session noted so far, and earlier than those of all
   * that are noted from now on.
   */
  long stampSessions();

  /** Forgets the sessions that are chosen; how many. */
  int forgetSessions(SessionShard.Choice choice);

  /**
   * Drains everything and waits: listeners close, responses carry {@code Connection: close}, idle
   * connections close.
   *
   * @return whether all had finished before the deadline
   */
  boolean drainAll(Duration deadline) throws InterruptedException;
}
