package io.steelyard.app.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All servers of a pool are replaced by others, again and again, before the first check of any has
 * an answer.
 */
final class ReplacedServersLauncherTest {
  private static final int SERVERS = 4;
  private static final int ROUNDS = Scale.of(3, 30);
  private static final int CONNECTIONS = 32;
  private static final int CLIENTS = 8;
  private static final int LOAD_S = 3600;
  private static final int SOME_REQUESTS = 100;
  private static final byte[] SMALL = Nginx.SMALL.getBytes(US_ASCII);

  private final List<Nginx> servers = new ArrayList<>();
  private ShortLived files;

  /** Takes the checks' connections and says nothing, until it is told to. */
  private ServerSocket checks;

  private final CountDownLatch answer = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    files = new ShortLived();
    checks = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::answerChecks);
    for (int i = 0; i < SERVERS; i++) {
      servers.add(Nginx.in(files.path().resolve("n" + i)));
    }
  }

  private void answerChecks() {
    try {
      answer.await();
      while (true) {
        try (Socket one = checks.accept()) {
          one.getInputStream().read(new byte[1024]);
          one.getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        } catch (SocketException gone) {
          if (checks.isClosed()) {
            return;
          }
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() throws IOException {
    checks.close();
    servers.forEach(Nginx::close);
    files.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void no_request_fails_when_only_servers_without_a_verdict_are_left(String transport)
      throws Exception {
    try (Balancer balancer = Balancer.run(files.path(), transport, port -> yaml(port, 0));
        Wrk wrk = Wrk.start(CONNECTIONS, LOAD_S, "http://127.0.0.1:" + balancer.port() + "/small");
        Load load = new Load(balancer.port())) {
      load.get(CLIENTS, "/small", SMALL);
      awaitRequests(balancer, 0);
      for (int round = 1; round <= ROUNDS; round++) {
        int now = round;
        balancer.configure(port -> yaml(port, now));
        Launched.await(() -> balancer.metric("steelyard_config_revision") == now + 1);
        awaitRequests(balancer, now);
        assertThat(balancer.metric("steelyard_server_up")).isZero();
      }
      answer.countDown();
      Launched.await(() -> balancer.metric("steelyard_server_up") == 2);
      awaitRequests(balancer, ROUNDS);
      load.stop();
      assertThat(load.told()).isEmpty();
      assertThat(load.failures()).isZero();
      Wrk.Result result = wrk.stop();
      System.out.printf("e2e replaced: %s%n%s", transport, result.output());
      assertThat(result.failed()).as(result.output()).isFalse();
    }
  }

  /** Waits until each of a round's servers has answered some more. */
  private static void awaitRequests(Balancer balancer, int round) {
    for (int i = 0; i < 2; i++) {
      String label = "server=\"" + name(round, i) + "\"";
      double enough = balancer.metric("steelyard_requests_total", label) + SOME_REQUESTS;
      Launched.await(() -> balancer.metric("steelyard_requests_total", label) >= enough);
    }
  }

  /** Each round has servers that no round before had. */
  private static String name(int round, int i) {
    return "r" + round + "-" + i;
  }

  private String yaml(int port, int round) {
    int first = round * 2 % SERVERS;
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: app}]}}
    pools:
      app:
        %s
        servers: [{name: %s, address: "%s"}, {name: %s, address: "%s"}]
    """
        .formatted(
            port,
            // The first servers are not checked: the node would not be ready.
            round == 0
                ? "balance: round-robin"
                : "health: {http: /, port: %d, interval: 60s, timeout: 60s}"
                    .formatted(checks.getLocalPort()),
            name(round, 0),
            servers.get(first).address(),
            name(round, 1),
            servers.get(first + 1).address());
  }
}
