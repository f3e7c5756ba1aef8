package io.steelyard.core.snapshot;

import io.steelyard.core.server.ServerState;
import java.net.SocketAddress;

/**
 * One server of a pool.
 *
 * @param address resolved {@link java.net.InetSocketAddress} or {@link
 *     java.net.UnixDomainSocketAddress}
 * @param weight 0 to 256; 0 takes no new requests
 * @param maxConnections requests (TCP: connections) in flight at a time over all loops; 0 is no
 *     limit
 * @param backup used only when no other server of the pool is usable
 * @param zone where it stands; empty if nowhere in particular
 * @param state what is carried over from the snapshot before
 */
public record Server(
    String name,
    SocketAddress address,
    int weight,
    int maxConnections,
    boolean backup,
    String zone,
    ServerState state) {

  /**
   * How many may be in flight at a time as things stand: the configured limit, or a lower one that
   * the server asks for; 0 is no limit.
   */
  public int limit() {
    int asked = state.maxAsked();
    return maxConnections == 0 || asked == 0
        ? maxConnections + asked
        : Math.min(maxConnections, asked);
  }
}
