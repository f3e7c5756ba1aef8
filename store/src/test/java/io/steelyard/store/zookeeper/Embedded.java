package io.steelyard.store.zookeeper;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A server of the client's own version, in this process. */
final class Embedded implements AutoCloseable {
  private static final int TICK_MS = 2000;
  private static final int CLIENTS_MAX = 100;

  private final Path dir;
  private final int port;
  private ZooKeeperServer server;
  private NIOServerCnxnFactory sockets;

  private Embedded(Path dir, int port) {
    this.dir = dir;
    this.port = port;
  }

  static Embedded start(Path dir, int port) throws Exception {
    Embedded embedded = new Embedded(dir, port);
    embedded.start();
    return embedded;
  }

  /** With what it knew. */
  void start() throws Exception {
    server = new ZooKeeperServer(dir.toFile(), dir.toFile(), TICK_MS);
    sockets = new NIOServerCnxnFactory();
    sockets.configure(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CLIENTS_MAX);
    sockets.startup(server);
  }

  /** All sessions end, as if they had been silent for too long. */
  void expireSessions() {
    List.copyOf(server.getZKDatabase().getSessions()).forEach(server::closeSession);
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    sockets.shutdown();
  }
}
