package io.steelyard.core.pool;

import io.steelyard.core.balance.Hash;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.nio.charset.StandardCharsets;

/** What all loops' {@link PoolView}s of a pool have in common. Immutable. */
public final class PoolMembers {
  final Pool pool;
  final Server[] servers;
  final ServerState[] states;

  /** Hashes of the servers' names. */
  final long[] names;

  public PoolMembers(Pool pool) {
    this(pool, null, new int[0]);
  }

  /**
   * The same, with what is known of servers that stay.
   *
   * @param former as it was; null if there was none
   * @param before for each server its index there, or a negative number
   */
  public PoolMembers(Pool pool, PoolMembers former, int[] before) {
    this.pool = pool;
    this.servers = pool.servers().toArray(Server[]::new);
    this.states = new ServerState[servers.length];
    this.names = new long[servers.length];
    for (int i = 0; i < servers.length; i++) {
      boolean known = former != null && before[i] >= 0;
      states[i] = servers[i].state();
      names[i] = known ? former.names[before[i]] : name(servers[i]);
    }
  }

  private static long name(Server server) {
    byte[] name = server.name().getBytes(StandardCharsets.UTF_8);
    return Hash.of(name, 0, name.length, 0);
  }
}
