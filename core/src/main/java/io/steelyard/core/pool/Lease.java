package io.steelyard.core.pool;

import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;

/**
 * One request's place at a server: counted in flight, and reserved exactly where the server or its
 * pool has a limit. Outlives the snapshot that it was taken under. Used again and again; one loop's
 * thread only.
 *
 * <pre>
 *   FREE --take: true--> TAKEN --release--> FREE
 * </pre>
 */
public final class Lease {
  private ServerState state;
  private int loop;
  private boolean reservedAtServer;
  private boolean reservedInPool;

  /** Free. */
  public Lease() {}

  /**
   * Takes a place for loop {@code loop}, which must be free-handed; false, and nothing taken, when
   * other loops have filled the server or the pool since the pick.
   */
  public boolean take(Server server, int loop) {
    assert state == null : "a place at " + state.id() + " is still taken";
    ServerState next = server.state();
    int max = server.limit();
    if (max > 0 && !next.reserve(max)) {
      return false;
    }
    int poolMax = next.pool().concurrencyMax();
    if (poolMax > 0 && !next.pool().reserve(poolMax)) {
      if (max > 0) {
        next.unreserve();
      }
      return false;
    }
    reservedAtServer = max > 0;
    reservedInPool = poolMax > 0;
    this.loop = loop;
    state = next;
    next.acquire(loop);
    return true;
  }

  /** Gives the place back; nothing when none is taken. */
  public void release() {
    ServerState former = state;
    if (former == null) {
      return;
    }
    state = null;
    former.release(loop);
    if (reservedAtServer) {
      former.unreserve();
    }
    PoolState pool = former.pool();
    if (reservedInPool) {
      pool.unreserve();
    }
  }

  public boolean taken() {
    return state != null;
  }
}
