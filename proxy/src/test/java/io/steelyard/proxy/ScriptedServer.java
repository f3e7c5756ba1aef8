package io.steelyard.proxy;

import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that plays a script on each of its connections, every one on its own thread. */
final class ScriptedServer implements AutoCloseable {
  /** What it does with one connection; the connection is closed when it returns. */
  interface Script {
    void play(Peer client) throws Exception;
  }

  private final Script script;
  private final SocketAddress address;
  private final java.io.Closeable listening;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean closed;

  private ScriptedServer(ServerSocket socket, Script script) {
    this.script = script;
    this.address = socket.getLocalSocketAddress();
    this.listening = socket;
    Thread.ofVirtual().start(() -> accept(() -> Peer.of(socket.accept())));
  }

  private ScriptedServer(ServerSocketChannel channel, Path path, Script script) {
    this.script = script;
    this.address = UnixDomainSocketAddress.of(path);
    this.listening = channel;
    Thread.ofVirtual().start(() -> accept(() -> Peer.of(channel.accept())));
  }

  static ScriptedServer start(Script script) throws IOException {
    return start(InetAddress.ofLiteral("127.0.0.1"), script);
  }

  static ScriptedServer start(InetAddress on, Script script) throws IOException {
    return new ScriptedServer(new ServerSocket(0, 512, on), script);
  }

  static ScriptedServer start(Path path, Script script) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    return new ScriptedServer(channel, path, script);
  }

  /** Answers every request that has no body with this, as often as asked. */
  static ScriptedServer answering(String response) throws IOException {
    return start(c -> {
      while (c.head() != null) {
        c.send(response);
      }
    });
  }

  /** An address where nobody listens. */
  static SocketAddress nobody() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.any());
  }

  private interface Accept {
    Peer next() throws IOException;
  }

  private void accept(Accept accept) {
    while (!closed) {
      try {
        Peer peer = accept.next();
        connections.incrementAndGet();
        peers.add(peer);
        Thread.ofVirtual().start(() -> play(peer));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void play(Peer peer) {
    try (peer) {
      script.play(peer);
    } catch (Throwable t) {
      if (!closed) {
        failures.add(t);
      }
    } finally {
      peers.remove(peer);
    }
  }

  SocketAddress address() {
    return address;
  }

  /** How many connections it has accepted so far. */
  int connections() {
    return connections.get();
  }

  /** How many of them are open. */
  int open() {
    return peers.size();
  }

  /** What went wrong in scripts. */
  List<Throwable> failures() {
    return failures;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listening.close();
    peers.forEach(Peer::close);
  }
}
