package io.steelyard.sim.world;

import io.steelyard.core.health.Health;
import io.steelyard.core.pool.Happening;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;

/**
 * Sees all that goes on in a simulation. Servers go by their index in the pool. What it is told is
 * what has truly happened, whatever the balancer believes.
 */
public interface Witness {
  /** Looks away. */
  Witness NONE = new Witness() {};

  /** The pool that is simulated from now on. */
  default void follows(Pool pool, long nowNs) {}

  /** A server was picked; the request is not counted there yet. */
  default void picked(int server, ServerState state, int tries, long nowNs) {}

  /** A request is sent to a server. */
  default void begun(int server, ServerState state, long nowNs) {}

  /** The try that was begun there is over. */
  default void ended(int server, ServerState state, long nowNs) {}

  /** A failed request is to be tried once more; it is not counted among the retries yet. */
  default void retried(PoolState pool, int retriesUnderWay, int requestsUnderWay) {}

  /** A check's result was told. */
  default void checked(
      int server, ServerState state, boolean passed, Health before, Health after, long nowNs) {}

  /** The decisions say that something has happened. */
  default void happened(Happening happening, long nowNs) {}

  /** Time has been moved along. */
  default void ticked(Pool pool, long nowNs) {}

  /** All requests have been seen through. */
  default void rests(Pool pool, long nowNs) {}
}
