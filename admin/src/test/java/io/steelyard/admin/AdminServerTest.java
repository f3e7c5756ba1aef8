package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.control.Status;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.snapshot.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdminServerTest {
  private static final int TIMEOUT_MS = 10_000;

  private final FakeNode node = new FakeNode();
  private AdminServer admin;

  @BeforeEach
  void start() throws IOException {
    admin = AdminServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node);
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  @Test
  void a_living_process_says_so() throws IOException {
    assertThat(get("/livez")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok\n");
  }

  @Test
  void readiness_follows_the_state_and_names_the_reason() throws IOException {
    node.state = Status.State.STARTING;
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").contains("first round of checks");
    node.state = Status.State.READY;
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ").endsWith("ready\n");
    node.state = Status.State.DRAINING;
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").contains("draining");
  }

  @Test
  void metrics_hold_those_of_the_node_and_of_the_process() throws IOException {
    assertThat(get("/metrics"))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("Content-Type: text/plain; version=0.0.4; charset=utf-8")
        .contains("\nsteelyard_fake 7\n")
        .containsPattern("\nprocess_cpu_seconds_total [0-9.E]+\n")
        .containsPattern("\nprocess_resident_memory_bytes [0-9]+\n")
        .containsPattern("\nprocess_open_fds [0-9]+\n")
        .containsPattern("\nprocess_start_time_seconds [0-9.E]+\n")
        .containsPattern("\njvm_memory_used_bytes\\{area=\"heap\"} [0-9]+\n")
        .containsPattern("\njvm_threads_current [0-9]+\n")
        .contains("\njvm_gc_collections_total{gc=");
  }

  @Test
  void the_status_is_json() throws IOException {
    assertThat(get("/v1/status"))
        .containsIgnoringCase("Content-Type: application/json")
        .contains("\"state\":\"ready\"", "\"revision\":3", "\"transport\":\"epoll\"")
        .contains("{\"name\":\"a\",\"address\":\"127.0.0.1:9001\",\"health\":\"unknown\"")
        .contains("\"last_check\":{\"passed\":false,\"result\":\"connect refused\"");
  }

  @Test
  void head_is_answered_without_a_body() throws IOException {
    assertThat(ask("HEAD", "/livez", "127.0.0.1"))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("content-length: 3")
        .endsWith("\r\n\r\n");
  }

  @Test
  void an_unknown_path_is_a_problem_document() throws IOException {
    assertThat(get("/livez/x"))
        .startsWith("HTTP/1.1 404 ")
        .containsIgnoringCase("Content-Type: application/problem+json")
        .contains("\"status\":404");
  }

  @Test
  void other_methods_are_told_which_ones_there_are() throws IOException {
    assertThat(ask("DELETE", "/metrics", "127.0.0.1"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("Allow: GET, HEAD");
  }

  @Test
  void a_foreign_host_is_refused() throws IOException {
    assertThat(ask("GET", "/v1/status", "rebound.example:7700"))
        .startsWith("HTTP/1.1 421 ")
        .doesNotContain("127.0.0.1:9001");
  }

  @Test
  void a_probe_in_HTTP_1_0_without_a_host_is_answered() throws IOException {
    assertThat(raw("GET /livez HTTP/1.0\r\n\r\n")).contains(" 200 ").endsWith("ok\n");
    assertThat(raw("GET /readyz HTTP/1.0\r\n\r\n")).contains(" 200 ");
  }

  @Test
  void an_address_that_was_bound_for_nothing_can_be_bound_again() throws IOException {
    AdminServer unused = AdminServer.bind(new InetSocketAddress(loopback(), 0), node);
    InetSocketAddress address = unused.address();
    unused.close();
    try (AdminServer again = AdminServer.start(address, node)) {
      assertThat(again.address()).isEqualTo(address);
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  @Test
  void a_head_beyond_all_bounds_is_not_taken_in() throws IOException {
    String huge = "x".repeat(64 * 1024);
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + huge + "\r\n\r\n"))
        .doesNotContain(" 200 ");
    assertThat(get("/livez")).contains(" 200 ");
  }

  @Test
  void a_defect_behind_a_path_is_answered_500_and_the_server_goes_on() throws IOException {
    node.broken = true;
    assertThat(get("/metrics")).startsWith("HTTP/1.1 500 ").contains("problem+json");
    assertThat(get("/livez")).contains(" 200 ");
  }

  @Test
  void an_address_that_others_can_reach_is_refused() {
    assertThatThrownBy(() -> AdminServer.start(new InetSocketAddress(0), node))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("loopback");
  }

  private String get(String path) throws IOException {
    return ask("GET", path, "127.0.0.1:" + admin.address().getPort());
  }

  private String ask(String method, String path, String host) throws IOException {
    return raw(
        method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  /** Sends and reads until the other side closes; what was read before a reset counts too. */
  private String raw(String request) throws IOException {
    StringBuilder answer = new StringBuilder();
    try (Socket socket = new Socket(admin.address().getAddress(), admin.address().getPort())) {
      socket.setSoTimeout(TIMEOUT_MS);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
          answer.append((char) b);
        }
      } catch (SocketException reset) {
        // The server closed before it had read everything.
      }
    }
    return answer.toString();
  }

  /** A node whose state the test sets. */
  private static final class FakeNode implements NodeView {
    private volatile Status.State state = Status.State.READY;
    private volatile boolean broken;

    @Override
    public Status status() {
      var check =
          new Status.CheckStatus(false, "connect refused", Duration.ofMillis(1), Instant.EPOCH);
      var server =
          new Status.ServerStatus(
              "a", "127.0.0.1:9001", 1, false, Wish.SERVE, true, false, Optional.of(check), 0);
      return new Status(
          "1.0",
          "lb1",
          state,
          Duration.ofSeconds(5),
          3,
          Optional.of(new Status.Reload(true, "", Instant.EPOCH)),
          List.of(new Status.ListenerStatus("web", ":8080", Protocol.HTTP)),
          List.of(new Status.PoolStatus("app", Algorithm.ROUND_ROBIN, List.of(server))));
    }

    @Override
    public String transport() {
      return "epoll";
    }

    @Override
    public int loops() {
      return 2;
    }

    @Override
    public void collect(MetricSink sink) {
      if (broken) {
        throw new IllegalStateException("planted");
      }
      sink.gauge("steelyard_fake", "Fake.", 7);
    }
  }
}
