package io.steelyard.app.demo;

import io.steelyard.app.node.Signals;
import io.steelyard.cluster.member.NodeReport;
import io.steelyard.core.session.Keyring;
import io.steelyard.share.member.Rehearsal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Uses all that a start and the first requests use, so that Java's AOT cache holds it. Runs once,
 * while the program is packaged.
 */
public final class Training {
  private static final int REQUESTS = 300;
  private static final int TIMEOUT_MS = 5_000;
  private static final Duration START_WITHIN = Duration.ofSeconds(20);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
  private static final long POLL_NS = 10_000_000;

  private Training() {}

  /**
   * Has the cache hold what a start does not use, but moments do in which time is short.
   *
   * @return how many classes
   */
  public static int prepareForHaste() throws IOException, InterruptedException {
    int loaded = LaterClasses.load();
    byte[] secret = new byte[Keyring.SECRET_BYTES_MIN];
    NodeReport report =
        new NodeReport("", "", "", NodeReport.State.READY, 0, 0, List.of(), System.nanoTime());
    Rehearsal.of(Keyring.of(List.of(secret)), report);
    return loaded;
  }

  /** Runs a node until this process gets TERM. */
  public interface Run {
    void of(String transport, Path file);
  }

  /**
   * Runs a node on one transport, asks it all sorts of things, and stops it by a signal.
   *
   * @return responses that were read
   */
  public static int run(String transport, Run run) throws IOException, InterruptedException {
    Path file = Files.createTempFile("steelyard-training", ".yaml");
    try (DemoServer a = DemoServer.start("a", 0);
        DemoServer b = DemoServer.start("b", 0)) {
      // Only now: what the servers listen on cannot be among them.
      List<Integer> ports = FreePorts.any(3);
      int port = ports.get(0);
      int admin = ports.get(1);
      Files.writeString(file, yaml(transport, port, admin, a.port(), b.port(), ports.get(2)));
      Thread node = Thread.ofPlatform().daemon().start(() -> run.of(transport, file));
      awaitReady(node, admin);
      int answered = keepAlive(port, "/");
      // One of two servers refuses: retries and an ejection.
      answered += keepAlive(port, "/lame");
      for (String request : List.of("GET / HTTP/1.0\r\n\r\n", "GARBAGE\r\n\r\n", upload())) {
        answered += once(port, request);
      }
      for (String path : List.of("/livez", "/readyz", "/metrics", "/v1/status")) {
        answered += once(admin, get(path));
      }
      Signals.stopThisProcess();
      node.join(STOP_WITHIN);
      return answered;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Until the first round of checks is over: before it nothing is answered but 503. */
  private static void awaitReady(Thread node, int admin) throws IOException {
    long endNs = System.nanoTime() + START_WITHIN.toNanos();
    while (!isReady(admin)) {
      if (!node.isAlive() || System.nanoTime() - endNs > 0) {
        throw new IOException("the node did not get ready");
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private static boolean isReady(int admin) {
    try {
      return ask(admin, get("/readyz")).startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private static String yaml(String transport, int port, int admin, int a, int b, int nobody) {
    return """
    listeners:
      web: {address: "127.0.0.1:%d", routes: [{host: nowhere.example, path: /x, pool: app}, {path: /lame, pool: lame}, {pool: app}]}
    admin: {address: "127.0.0.1:%d"}
    pools:
      app:
        balance: %s
        health: {%s, interval: 100ms, timeout: 1s, rise: 2, fall: 3}
        servers:
          - 127.0.0.1:%d
          - {name: b, address: "127.0.0.1:%d", weight: 2}
      lame:
        passive: {consecutive-failures: 1}
        servers: ["127.0.0.1:%d", "127.0.0.1:%d"]
    """
        .formatted(
            port,
            admin,
            transport.equals("epoll") ? "round-robin" : "least-connections",
            transport.equals("epoll") ? "http: /" : "tcp: true",
            a,
            b,
            a,
            nobody);
  }

  /** Many requests over one connection. */
  private static int keepAlive(int port, String path) throws IOException {
    URL url = URI.create("http://127.0.0.1:" + port + path).toURL();
    int answered = 0;
    for (int i = 0; i < REQUESTS; i++) {
      try (InputStream in = url.openConnection().getInputStream()) {
        answered += in.readAllBytes().length > 0 ? 1 : 0;
      }
    }
    return answered;
  }

  /** One request on a connection of its own, which the other side closes. */
  private static int once(int port, String request) throws IOException {
    return ask(port, request).isEmpty() ? 0 : 1;
  }

  private static String ask(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  }

  private static String upload() {
    return """
    POST /up HTTP/1.1\r
    Host: 127.0.0.1\r
    Transfer-Encoding: chunked\r
    Connection: close\r
    \r
    5\r
    hello\r
    0\r
    \r
    """;
  }
}
