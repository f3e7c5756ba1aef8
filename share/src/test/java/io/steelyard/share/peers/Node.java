package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A node on a port of loopback that notes what it hears. */
final class Node implements Peers.Listener, AutoCloseable {
  /** As fast as a test wants it, and slow enough for a machine that is busy. */
  static final PeersOptions QUICK = options(Duration.ofSeconds(2));

  final String name;
  final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  final Peers peers;

  static PeersOptions options(Duration silence) {
    return options(silence, 64, 64);
  }

  static PeersOptions options(Duration silence, int linksMax, int handshakesMax) {
    return new PeersOptions(
        Duration.ofSeconds(2),
        Duration.ofMillis(50),
        silence,
        Duration.ofMillis(5),
        Duration.ofMillis(50),
        SecureChannel.FRAME_BYTES_MAX,
        linksMax,
        handshakesMax);
  }

  Node(String name, long incarnation, int port, Keyring keys, PeersOptions options, String... peers)
      throws IOException {
    this.name = name;
    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.peers = Peers.start(name, incarnation, bind, Arrays.asList(peers), keys, options, this);
  }

  Node(String name, String... peers) throws IOException {
    this(name, 1, 0, Wire.keys(1), QUICK, peers);
  }

  static String at(int port) {
    return "127.0.0.1:" + port;
  }

  String address() {
    return at(peers.address().getPort());
  }

  List<String> linked() {
    return peers.links().stream().map(Link::node).toList();
  }

  void awaitLinks(String... nodes) {
    Eventually.holds(
        name + " is linked with " + Arrays.toString(nodes) + " but " + linked() + events,
        () -> linked().equals(Arrays.asList(nodes)));
  }

  void awaitEvent(String event) {
    Eventually.holds(name + " hears " + event + " of " + events, () -> events.contains(event));
  }

  boolean say(String node, String text) {
    return peers.send(node, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void connected(String node, long incarnation) {
    events.add("+" + node + " " + incarnation);
  }

  @Override
  public void disconnected(String node) {
    events.add("-" + node);
  }

  @Override
  public void received(String node, ByteBuffer message) {
    events.add(node + ": " + StandardCharsets.UTF_8.decode(message));
  }

  /** Before the end of the test. */
  void stop() throws IOException {
    peers.close();
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
