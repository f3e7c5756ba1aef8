package io.steelyard.app.demo;

import io.steelyard.app.node.Node;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.proxy.ProxyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Uses all that a start and the first requests use, so that Java's AOT cache holds it. Runs once,
 * while the program is packaged.
 */
public final class Training {
  private static final int REQUESTS = 300;
  private static final int TIMEOUT_MS = 5_000;
  private static final Duration READY_DEADLINE = Duration.ofSeconds(5);
  private static final Duration DRAIN_DEADLINE = Duration.ofSeconds(2);

  private Training() {}

  /**
   * Runs a node on one transport and asks it all sorts of things.
   *
   * @return responses that were read
   */
  public static int run(String transport, String version)
      throws IOException, ConfigException, InterruptedException {
    int port = FreePorts.any();
    try (DemoServer a = DemoServer.start("a", 0);
        DemoServer b = DemoServer.start("b", 0);
        Node node = Node.start(new ProxyOptions(1, Optional.of(transport)), version)) {
      node.apply(ConfigParser.parse("training", yaml(port, FreePorts.any(), a.port(), b.port())));
      node.openAdmin();
      node.awaitReady(READY_DEADLINE);
      int answered = keepAlive(port);
      for (String request : List.of("GET / HTTP/1.0\r\n\r\n", "GARBAGE\r\n\r\n", upload())) {
        answered += once(port, request);
      }
      for (String path : List.of("/livez", "/readyz", "/metrics", "/v1/status")) {
        answered += once(node.adminAddress().getPort(), get(path));
      }
      node.drain(DRAIN_DEADLINE);
      return answered;
    }
  }

  private static String yaml(int port, int admin, int a, int b) {
    return """
    listeners:
      web: {address: "127.0.0.1:%d", routes: [{host: nowhere.example, path: /x, pool: app}, {pool: app}]}
    admin: {address: "127.0.0.1:%d"}
    pools:
      app:
        balance: least-connections
        health: {http: /, interval: 100ms, timeout: 1s, rise: 2, fall: 3}
        servers:
          - 127.0.0.1:%d
          - {name: b, address: "127.0.0.1:%d", weight: 2}
    """
        .formatted(port, admin, a, b);
  }

  /** Many requests over one connection. */
  private static int keepAlive(int port) throws IOException {
    URL url = URI.create("http://127.0.0.1:" + port + "/").toURL();
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
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().readAllBytes().length > 0 ? 1 : 0;
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
