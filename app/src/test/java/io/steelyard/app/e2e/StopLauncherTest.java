package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.steelyard.app.e2e.HttpClient.Response;
import io.steelyard.app.launcher.Launched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signals while a request is in flight whose server takes its time. */
final class StopLauncherTest {
  private static final int SERVER_WAITS_S = 50;

  @TempDir private Path dir;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/slow")) {
            asked.countDown();
            try {
              mayAnswer.await(SERVER_WAITS_S, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
          }
          byte[] body = "served".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    mayAnswer.countDown();
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void term_lets_a_request_finish_refuses_new_connections_and_ends(String transport)
      throws Exception {
    try (Balancer balancer = Balancer.run(dir, transport, this::yaml);
        HttpClient idle = new HttpClient(balancer.port());
        HttpClient busy = new HttpClient(balancer.port())) {
      assertThat(idle.get("/").status()).isEqualTo(200);
      busy.send("/slow");
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

      balancer.process().signal("TERM");
      Launched.await(() -> balancer.admin("/readyz").startsWith("503 "));
      Launched.await(() -> refused(balancer.port()));
      assertThat(idle.ended()).isTrue();
      assertThat(balancer.process().output()).doesNotContain("stopped");

      mayAnswer.countDown();
      Response response = busy.response();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).asString(StandardCharsets.US_ASCII).isEqualTo("served");
      assertThat(response.field("Connection")).isEqualToIgnoringCase("close");
      assertThat(busy.ended()).isTrue();
      long answeredNs = System.nanoTime();
      assertThat(balancer.process().exitCode()).isZero();
      assertThat(System.nanoTime() - answeredNs).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void a_second_term_stops_at_once(String transport) throws Exception {
    try (Balancer balancer = Balancer.run(dir, transport, this::yaml);
        HttpClient busy = new HttpClient(balancer.port())) {
      busy.send("/slow");
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      balancer.process().signal("TERM");
      Launched.await(() -> refused(balancer.port()));

      long secondNs = System.nanoTime();
      balancer.process().signal("TERM");
      assertThat(balancer.process().exitCode()).isZero();
      assertThat(System.nanoTime() - secondNs).isLessThan(TimeUnit.SECONDS.toNanos(5));
      assertThat(balancer.process().output()).contains("before everything had finished");
      assertThatThrownBy(busy::response).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void a_bad_file_disturbs_nothing_in_flight_and_is_reported(String transport) throws Exception {
    try (Balancer balancer = Balancer.run(dir, transport, this::yaml);
        HttpClient idle = new HttpClient(balancer.port());
        HttpClient busy = new HttpClient(balancer.port())) {
      assertThat(idle.get("/").status()).isEqualTo(200);
      busy.send("/slow");
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

      balancer.write("pools: {app: {servers: [\"127.0.0.1:1\"], balnce: first}}\n");
      balancer.process().signal("HUP");
      Launched.await(() -> balancer.admin("/v1/status").contains("\"successful\":false"));
      assertThat(balancer.admin("/v1/status")).contains("\"revision\":1", "balnce", "balance");
      balancer.process().awaitOutput("balnce");
      assertThat(balancer.metric("steelyard_config_last_reload_successful")).isZero();

      assertThat(idle.get("/").status()).isEqualTo(200);
      mayAnswer.countDown();
      Response response = busy.response();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.closes()).isFalse();
    }
  }

  private static boolean refused(int port) {
    try (HttpClient client = new HttpClient(port)) {
      return client.ended();
    } catch (IOException _) {
      return true;
    }
  }

  private String yaml(int port) {
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: app}]}}
    pools: {app: {servers: ["127.0.0.1:%d"]}}
    """
        .formatted(port, server.getAddress().getPort());
  }
}
