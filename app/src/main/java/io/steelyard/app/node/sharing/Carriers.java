package io.steelyard.app.node.sharing;

import io.steelyard.cluster.FactBook;
import io.steelyard.config.Address;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.Secret;
import io.steelyard.config.ShareConfig;
import io.steelyard.core.session.SessionShard;
import io.steelyard.share.LocalState;
import io.steelyard.share.PeerSettings;
import io.steelyard.share.PeerSharing;
import io.steelyard.share.SharedState;
import io.steelyard.share.StoreSettings;
import io.steelyard.share.StoreSharing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Opens the carrier that settings name, on behalf of this node. */
final class Carriers {
  private final String hostName;
  private final long startMs;
  private final LocalState local;
  private final FactBook book;

  /**
   * For one node in one life.
   *
   * @param hostName its name, unless the configuration gives it one
   * @param startMs since 1970; tells this life from others
   */
  Carriers(String hostName, long startMs, LocalState local, FactBook book) {
    this.hostName = hostName;
    this.startMs = startMs;
    this.local = local;
    this.book = book;
  }

  /** The number of a node of that name in that life. */
  static int origin(String name, long startMs) {
    return (int) SessionShard.number(name + "/" + startMs);
  }

  /**
   * The carrier, not started yet; null: nothing is to be shared.
   *
   * @param bind where it listens, with its name looked up; empty if none was found or is needed
   * @throws IOException if it cannot listen for other nodes, or not be as the settings say
   */
  SharedState open(CarrierSettings settings, Optional<InetSocketAddress> bind) throws IOException {
    try {
      return carrier(settings, bind);
    } catch (RuntimeException e) {
      throw new IOException("state.share: " + e.getMessage(), e);
    }
  }

  private SharedState carrier(CarrierSettings settings, Optional<InetSocketAddress> bind)
      throws IOException {
    ClusterConfig cluster = settings.cluster();
    String name = cluster.node().isEmpty() ? hostName : cluster.node();
    int origin = origin(name, startMs);
    return switch (settings.share()) {
      case ShareConfig.None none -> null;
      case ShareConfig.Peers peers ->
          new PeerSharing(peers(name, cluster, bind), local, book, origin);
      case ShareConfig.Store store ->
          new StoreSharing(
              name,
              store(store).open(),
              local,
              cluster.key().orElseThrow(),
              book,
              origin,
              settings.lookupTimeout());
    };
  }

  private PeerSettings peers(String name, ClusterConfig cluster, Optional<InetSocketAddress> bind)
      throws IOException {
    Address.Tcp wanted = cluster.bind().orElseThrow();
    return new PeerSettings(
        name,
        startMs,
        bind.orElseThrow(
            () -> new IOException("cluster.bind: no address was found for " + wanted.host())),
        addresses(cluster),
        cluster.key().orElseThrow());
  }

  /** Where the other nodes listen. */
  static List<String> addresses(ClusterConfig cluster) {
    return cluster.peers().stream().map(Address.Tcp::toString).toList();
  }

  private static StoreSettings store(ShareConfig.Store store) {
    return new StoreSettings(
        store.toString(),
        store.user(),
        store.password().map(Carriers::text),
        store.sentinelPassword().map(Carriers::text),
        store.ca());
  }

  private static String text(Secret secret) {
    return new String(secret.bytes(), StandardCharsets.UTF_8);
  }
}
