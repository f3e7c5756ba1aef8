package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Chooses a usable candidate. Never allocates, blocks, or reads a clock.
 *
 * <p>An instance belongs to one event loop and one pool and is called by that loop only, so it may
 * keep a cursor. Everything that can be computed once is computed when it is built: for each
 * configuration there is a new one.
 */
public interface Balancer {
  /** No candidate is usable. */
  int NONE = -1;

  /**
   * The index of the chosen candidate, or {@link #NONE}.
   *
   * @param candidates the servers as they stand now; {@code size()} is that which this balancer was
   *     built for
   * @param key what the choice hangs on for the algorithms that hash (the client's address, a
   *     header); others ignore it
   * @param random the only source of chance
   */
  int pick(Candidates candidates, long key, RandomGenerator random);

  /**
   * Does beforehand what the first pick would have to do, so that it has less to do; may be called
   * by the thread that hands this to its loop, and by no other.
   */
  default void prepare(Candidates candidates, RandomGenerator random) {}

  /**
   * This loop has begun or ended a request at candidate {@code i}: its load and what was seen of it
   * may have changed. For balancers that keep an order; others need not know.
   */
  default void changed(Candidates candidates, int i) {}
}
