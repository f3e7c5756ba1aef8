package io.steelyard.app.node.sharing;

import io.steelyard.cluster.FactBook;
import io.steelyard.config.Address;
import io.steelyard.config.ClusterConfig;
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
   * @throws IOException if it cannot listen for other nodes, or not be as the settings say
   */
  SharedState open(CarrierSettings settings) throws IOException {
    try {
      return carrier(settings);
    } catch (RuntimeException e) {
      throw new IOException("state.share: " + e.getMessage(), e);
    }
  }

  private SharedState carrier(CarrierSettings settings) throws IOException {
    ClusterConfig cluster = settings.cluster();
    String name = cluster.node().isEmpty() ? hostName : cluster.node();
    int origin = origin(name, startMs);
    return switch (settings.share()) {
      case ShareConfig.None none -> null;
      case ShareConfig.Peers peers -> new PeerSharing(peers(name, cluster), local, book, origin);
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

  private PeerSettings peers(String name, ClusterConfig cluster) {
    return new PeerSettings(
        name,
        startMs,
        (InetSocketAddress) cluster.bind().orElseThrow().resolve(),
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
        store.password().map(p -> new String(p.bytes(), StandardCharsets.UTF_8)));
  }
}
