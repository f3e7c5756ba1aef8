package io.steelyard.sim.world;

import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Happening;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.snapshot.Pool;

/**
 * Sees all that goes on in a simulation. Servers go by their index in the pool. What it is told is
 * what has truly happened, whatever the balancer believes.
 */
public interface Witness {
  /** Looks away. */
  Witness NONE = new Witness() {};

  /** The pool that is simulated from now on; servers keep their index. */
  default void follows(Pool pool, long nowNs) {}

  /** The operator has said what a server is to do. */
  default void wished(int server, Wish wish, long nowNs) {}

  /** A check's result was told. */
  default void checked(int server, boolean passed, long nowNs) {}

  /** The decisions say that something has happened. */
  default void happened(Happening happening, long nowNs) {}

  /** Time has been moved along. */
  default void ticked(long nowNs) {}

  /** A server was picked for a request; it has no place there yet. */
  default void picked(int server, Tried tried, long nowNs) {}

  /** A request got no server. */
  default void refused(Refusal refusal, Tried tried, long nowNs) {}

  /** A request is sent to a server, where it has its place. */
  default void begun(int server, long nowNs) {}

  /** The try that was begun there is over, its place given back. */
  default void ended(int server, long nowNs) {}

  /** A failed request is tried once more; so many retries were under way before. */
  default void retried(int retriesUnderWay, long nowNs) {}

  /** So many requests wait for room over all loops. */
  default void waits(int requests) {}

  /** All requests have been seen through. */
  default void rests(long nowNs) {}
}
