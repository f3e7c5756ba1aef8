package io.steelyard.share;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.Peers;
import io.steelyard.share.peers.PeersOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who this node is, and who the others are.
 *
 * @param node its name
 * @param incarnation which of its lives this is: when it started, in ms since 1970
 * @param bind where it listens
 * @param peers where nodes listen, this one perhaps among them
 * @param key by which they know each other
 */
public record PeerSettings(
    String node, long incarnation, InetSocketAddress bind, List<String> peers, Keyring key) {
  /** Listens; dials nobody yet. */
  Peers bind(Peers.Listener listener) throws IOException {
    return Peers.start(node, incarnation, bind, List.of(), key, PeersOptions.DEFAULT, listener);
  }
}
