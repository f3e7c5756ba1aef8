package io.steelyard.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Config;
import io.steelyard.control.AdminSocket;
import io.steelyard.control.Controller;
import io.steelyard.control.Events;
import io.steelyard.control.NodeInfo;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.Proxy;
import io.steelyard.proxy.ProxyOptions;
import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The planes of a node in this process, whose servers are all one program here. Clients ask it one
 * request after the other, and somebody asks all loops again and again to do next to nothing: what
 * that takes longer is what they paused.
 */
final class CountedNode implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: many\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket servers;
  private final Proxy proxy;
  private final Controller controller;
  private final List<Thread> clients = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean asking = true;
  private volatile boolean closed;

  private CountedNode(ServerSocket servers, Proxy proxy) {
    this.servers = servers;
    this.proxy = proxy;
    this.controller =
        new Controller(
            new NodeInfo("test", "many"),
            new ProxyDataPlane(proxy),
            AdminSocket.NONE,
            new Events(InstantSource.system(), Events.DEFAULT_CAPACITY),
            InstantSource.system(),
            new SplittableRandom(5));
  }

  /** Serves it, and clients ask. */
  static CountedNode serving(Config config, int serversPort) throws IOException {
    ServerSocket servers = new ServerSocket();
    servers.bind(new InetSocketAddress("0.0.0.0", serversPort), 4096);
    CountedNode node = new CountedNode(servers, Proxy.start(new ProxyOptions(2, Optional.empty())));
    Thread.ofPlatform().daemon().name("servers").start(node::serve);
    assertThat(node.apply(config)).isInstanceOf(Outcome.Applied.class);
    Eventually.holds("it is ready", node.controller::ready);
    InetSocketAddress web = (InetSocketAddress) node.proxy.address("web");
    for (int n = 0; n < CLIENTS; n++) {
      node.clients.add(Thread.ofPlatform().daemon().start(() -> node.ask(web)));
    }
    Eventually.holds("clients are served", () -> node.answered() > CLIENTS);
    return node;
  }

  Outcome apply(Config config) {
    return controller.apply(config);
  }

  int answered() {
    return answered.get();
  }

  int failed() {
    return failed.get();
  }

  static void pause(int ms) {
    LockSupport.parkNanos(ms * 1_000_000L);
  }

  /** For how long a loop did not come to do anything else, at most, while this was done. */
  double longestPauseMs(Runnable work) {
    Thread working = Thread.ofPlatform().start(work);
    long longestNs = 0;
    while (working.isAlive()) {
      long began = System.nanoTime();
      proxy.connections();
      longestNs = Math.max(longestNs, System.nanoTime() - began);
      LockSupport.parkNanos(100_000);
    }
    return longestNs / 1e6;
  }

  private void serve() {
    while (!closed) {
      try {
        Socket client = servers.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException e) {
        assertThat(closed).isTrue();
      }
    }
  }

  private static void answer(Socket client) {
    try (client) {
      while (readHead(client.getInputStream())) {
        client.getOutputStream().write(ANSWER);
      }
    } catch (IOException e) {
      // The balancer has closed it.
    }
  }

  private static boolean readHead(InputStream in) throws IOException {
    int ends = 0;
    while (ends < 2) {
      int c = in.read();
      if (c < 0) {
        return false;
      }
      ends = c == '\n' ? ends + 1 : c == '\r' ? ends : 0;
    }
    return true;
  }

  private void ask(InetSocketAddress web) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.getPort())) {
      byte[] in = new byte[4096];
      while (asking) {
        socket.getOutputStream().write(REQUEST);
        int read = socket.getInputStream().read(in);
        boolean good = read > 12 && new String(in, 9, 3, StandardCharsets.US_ASCII).equals("200");
        (good ? answered : failed).incrementAndGet();
        pause(1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    asking = false;
    Eventually.holds("no client asks", () -> clients.stream().noneMatch(Thread::isAlive));
    closed = true;
    controller.close();
    proxy.close();
    servers.close();
  }
}
