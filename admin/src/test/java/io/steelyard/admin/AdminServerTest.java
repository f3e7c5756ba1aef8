package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.control.Event;
import io.steelyard.control.Sessions;
import io.steelyard.control.Status;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminServerTest {
  private static final int TIMEOUT_MS = 10_000;
  private static final String A = "/v1/pools/app%2Fx/servers/a";

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
  void a_connection_stays_for_the_next_request() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.address().getPort())) {
      socket.setSoTimeout(TIMEOUT_MS);
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write(
                "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\nok\n")) {
          int next = socket.getInputStream().read();
          assertThat(next).as("after " + answer).isNotNegative();
          answer.append((char) next);
        }
      }
    }
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
  void pools_and_servers_are_json_with_all_that_decides_about_them() throws IOException {
    assertThat(get("/v1/pools"))
        .contains("{\"pools\":[{\"name\":\"app/x\",\"balance\":\"round-robin\",\"panic\":true")
        .contains("\"waiting\":2");
    assertThat(get("/v1/pools/app%2Fx"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\r\n\r\n{\"name\":\"app/x\"");
    assertThat(get("/v1/pools/app%2Fx/servers/a"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\r\n\r\n{\"name\":\"a\"")
        .contains("\"wish\":\"serve\",\"asked\":\"serve\",\"held\":false,\"ejected\":false")
        .contains("\"takes_new\":false,\"weight\":1,\"configured_weight\":1")
        .contains("\"effective_weight\":0.0,\"ramp\":1.0")
        .contains("\"zone\":\"eu-1\"", "\"in_flight\":3", "\"reported_load\":0.25")
        .contains("\"tries\":40,\"tries_failed\":2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/pools/app",
        "/v1/pools/app/x",
        "/v1/pools/app%2Fx/servers/b",
        "/v1/pools/",
        "/v1/pools/app%2Fx/servers",
        "/v1/pools/app%2Fx/servers/a/b",
        "/v1/pools/app%2Fx/server/a",
      })
  void what_is_not_there_is_not_found(String path) throws IOException {
    assertThat(get(path)).startsWith("HTTP/1.1 404 ").contains("application/problem+json");
    assertThat(patch(path, "{\"wish\":\"drain\"}")).doesNotContain(" 200 ");
    assertThat(node.wish).isEqualTo(Wish.SERVE);
  }

  @Test
  void a_patch_changes_wish_and_weight_and_answers_how_the_server_stands() throws IOException {
    assertThat(patch(A, "{\"wish\":\"drain\"}"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"wish\":\"drain\"", "\"weight\":1");
    assertThat(patch(A, "{\"weight\":7,\"wish\":\"maintenance\"}"))
        .contains("\"wish\":\"maintenance\"", "\"weight\":7");
    assertThat(patch(A, "{\"weight\":null}")).contains("\"weight\":1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|{|Bad JSON",
        "400|{\"wish\":\"drain\",\"wish\":\"drain\"}|a second time",
        "422|[]|JSON object",
        "422|{}|Nothing to change",
        "422|{\"wish\":\"gone\"}|\\\"wish\\\" is one of",
        "422|{\"wish\":null}|\\\"wish\\\" is one of",
        "422|{\"wish\":1}|\\\"wish\\\" is one of",
        "422|{\"weight\":257}|whole number from 0 to 256",
        "422|{\"weight\":-1}|whole number from 0 to 256",
        "422|{\"weight\":1.5}|whole number from 0 to 256",
        "422|{\"weight\":1e99}|whole number from 0 to 256",
        "422|{\"weight\":\"1\"}|whole number from 0 to 256",
        "422|{\"weight\":true}|whole number from 0 to 256",
        "422|{\"wish\":\"drain\",\"Weight\":1}|There is no \\\"Weight\\\"",
      })
  void a_body_that_is_not_understood_wholly_changes_nothing(int status, String body, String why)
      throws IOException {
    assertThat(patch(A, body))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("application/problem+json", "\"status\":" + status)
        .contains(why);
    assertThat(node.wish).isEqualTo(Wish.SERVE);
    assertThat(node.weight).isEqualTo(1);
  }

  @Test
  void a_patch_has_to_be_json_and_short() throws IOException {
    assertThat(patch(A, "{\"wish\":\"drain\"}", "Content-Type: text/plain\r\n"))
        .startsWith("HTTP/1.1 415 ")
        .contains("application/json");
    assertThat(patch(A, "{\"wish\":\"drain\"}", "")).startsWith("HTTP/1.1 415 ");
    assertThat(patch(A, " ".repeat(20_000))).startsWith("HTTP/1.1 413 ");
    assertThat(patch(A, "{\"weight\":2}", "Content-Type: Application/JSON; charset=utf-8\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void a_page_of_another_origin_changes_nothing() throws IOException {
    String json = "Content-Type: application/json\r\n";
    String body = "{\"wish\":\"drain\"}";
    assertThat(patch(A, body, json + "Origin: http://evil.example\r\n")).contains(" 403 ");
    assertThat(patch(A, body, json + "Origin: null\r\n")).contains(" 403 ");
    assertThat(patch(A, body, json + "Sec-Fetch-Site: cross-site\r\n")).contains(" 403 ");
    assertThat(node.wish).isEqualTo(Wish.SERVE);
    String ours = "Origin: http://127.0.0.1:" + admin.address().getPort() + "\r\n";
    assertThat(patch(A, body, json + ours + "Sec-Fetch-Site: same-origin\r\n")).contains(" 200 ");
    assertThat(node.wish).isEqualTo(Wish.DRAIN);
  }

  @Test
  void other_methods_are_told_which_a_server_takes() throws IOException {
    assertThat(ask("DELETE", A, "127.0.0.1"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("Allow: GET, HEAD, PATCH");
    assertThat(ask("PATCH", "/v1/pools/app%2Fx", "127.0.0.1"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("Allow: GET, HEAD\r\n");
  }

  @Test
  void weights_stay_while_the_node_drains() throws IOException {
    node.draining = true;
    assertThat(patch(A, "{\"weight\":2}")).startsWith("HTTP/1.1 409 ").contains("draining");
  }

  @Test
  void events_are_a_document_for_those_that_accept_json_only() throws IOException {
    node.events.add(Event.Kind.CONFIGURED, "one");
    node.events.add(Event.Kind.SERVER_DOWN, new ServerId("app", "b"), "two");
    node.events.add(Event.Kind.POOL_PANIC, new ServerId("app", ""), "three");
    String json = "Accept: application/json\r\n";
    assertThat(send("GET", "/v1/events", json, ""))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"latest\":3,\"dropped\":0")
        .contains(
            "{\"sequence\":1,\"at\":\"1970-01-01T00:00:00Z\",\"kind\":\"configured\",\"text\"")
        .contains("\"kind\":\"server-down\",\"pool\":\"app\",\"server\":\"b\",\"text\":\"two\"}")
        .contains("\"kind\":\"pool-panic\",\"pool\":\"app\",\"text\":\"three\"}");
    assertThat(send("GET", "/v1/events?after=2", json, "")).contains("three").doesNotContain("two");
    assertThat(send("GET", "/v1/events", json + "Last-Event-ID: 3\r\n", "")).contains("[]");
    assertThat(send("GET", "/v1/events", json + "Last-Event-ID: 99\r\n", "")).contains("one");
    assertThat(send("GET", "/v1/events?after=x", json, "")).startsWith("HTTP/1.1 400 ");
    assertThat(send("GET", "/v1/events?since=1", json, "")).startsWith("HTTP/1.1 400 ");
    assertThat(send("POST", "/v1/events", json, "")).startsWith("HTTP/1.1 405 ");
    assertThat(ask("HEAD", "/v1/events", "127.0.0.1")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void events_are_streamed_as_they_happen_and_a_reader_goes_on_where_it_was() throws IOException {
    node.events.add(Event.Kind.CONFIGURED, "one");
    try (Socket reader = stream("")) {
      assertThat(line(reader, "HTTP/")).startsWith("HTTP/1.1 200 ");
      assertThat(line(reader, "Content-type:")).contains("text/event-stream");
      assertThat(line(reader, "id:")).isEqualTo("id: 1");
      assertThat(line(reader, "event:")).isEqualTo("event: configured");
      node.events.add(Event.Kind.SERVER_DOWN, new ServerId("app", "b"), "line\nbreak");
      assertThat(line(reader, "id:")).isEqualTo("id: 2");
      assertThat(line(reader, "data:"))
          .startsWith("data: {\"sequence\":2,")
          .endsWith("\"text\":\"line\\nbreak\"}");
    }
    try (Socket reader = stream("Last-Event-ID: 1\r\n")) {
      assertThat(line(reader, "id:")).isEqualTo("id: 2");
    }
  }

  @Test
  void readers_of_events_are_bounded_and_do_not_crowd_out_others() throws IOException {
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < EventsResource.STREAMS_MAX; i++) {
        readers.add(stream(""));
        assertThat(line(readers.getLast(), "HTTP/")).startsWith("HTTP/1.1 200 ");
      }
      assertThat(get("/v1/events")).startsWith("HTTP/1.1 503 ").contains("Retry-after: 1");
      assertThat(get("/livez")).contains(" 200 ");
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  @Test
  void a_foreign_host_gets_no_events_and_changes_nothing() throws IOException {
    assertThat(ask("GET", "/v1/events", "rebound.example")).startsWith("HTTP/1.1 421 ");
    assertThat(ask("PATCH", A, "rebound.example")).startsWith("HTTP/1.1 421 ");
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
    AdminServer unused =
        AdminServer.bind(
            new InetSocketAddress(loopback(), 0), new AdminHandler(node), Access.LOOPBACK);
    InetSocketAddress address = unused.address();
    unused.close();
    try (AdminServer again = AdminServer.start(address, node)) {
      assertThat(again.address()).isEqualTo(address);
    }
  }

  @Test
  void an_address_is_free_as_soon_as_its_server_is_closed() throws IOException {
    InetSocketAddress address = admin.address();
    for (int i = 0; i < 50; i++) {
      assertThat(get("/livez")).startsWith("HTTP/1.1 200 ");
      admin.close();
      admin = AdminServer.start(address, node);
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

  @Test
  void sessions_are_counted_by_server_and_listed() throws IOException {
    assertThat(ask("GET", "/v1/sessions", "127.0.0.1"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"sessions\":7", "\"capacity\":100", "\"evicted\":2", "\"expired\":1")
        .contains("\"app/x\":{\"a\":6}", "\"elsewhere\":1", "\"list\":[]");
    assertThat(ask("GET", "/v1/sessions?pool=app%2Fx&server=a&list=5", "127.0.0.1"))
        .contains("\"key\":\"00ff\"", "\"idle_seconds\":3", "\"ttl_seconds\":1800");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions?list=-1, 400",
    "/v1/sessions?list=10001, 400",
    "/v1/sessions?list=x, 400",
    "/v1/sessions?limit=1, 400",
    "/v1/sessions?list=1&list=2, 400",
    "/v1/sessions?server=a, 400",
    "/v1/sessions?pool=%zz, 400",
    "/v1/sessions?pool=none, 404",
    "/v1/sessions?pool=app%2Fx&server=zz, 404",
  })
  void sessions_that_nobody_can_mean_are_refused(String path, int status) throws IOException {
    assertThat(ask("GET", path, "127.0.0.1")).startsWith("HTTP/1.1 " + status + " ");
    assertThat(ask("DELETE", path, "127.0.0.1")).startsWith("HTTP/1.1 " + status + " ");
    assertThat(node.forgotten).isNull();
  }

  @Test
  void sessions_are_forgotten_but_not_for_pages_of_other_origins() throws IOException {
    assertThat(send("DELETE", "/v1/sessions", "Origin: http://evil.example\r\n", ""))
        .startsWith("HTTP/1.1 403 ");
    assertThat(node.forgotten).isNull();
    assertThat(ask("DELETE", "/v1/sessions?pool=app%2Fx&server=a", "127.0.0.1"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"forgotten\":6");
    assertThat(node.forgotten)
        .isEqualTo(new Sessions.Selection(Optional.of("app/x"), Optional.of("a")));
    assertThat(ask("PUT", "/v1/sessions", "127.0.0.1")).startsWith("HTTP/1.1 405 ");
  }

  private String ask(String method, String path, String host) throws IOException {
    return raw(
        method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  private String patch(String path, String body) throws IOException {
    return patch(path, body, "Content-Type: application/json\r\n");
  }

  private String patch(String path, String body, String fields) throws IOException {
    return send("PATCH", path, fields + "Content-Length: " + body.length() + "\r\n", body);
  }

  private String send(String method, String path, String fields, String body) throws IOException {
    String host = "127.0.0.1:" + admin.address().getPort();
    return raw(
        "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n%s"
            .formatted(method, path, host, fields, body));
  }

  private Socket stream(String fields) throws IOException {
    Socket socket = new Socket(admin.address().getAddress(), admin.address().getPort());
    socket.setSoTimeout(TIMEOUT_MS);
    socket
        .getOutputStream()
        .write(
            ("GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** The next line that begins so. */
  private static String line(Socket socket, String start) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
      if (b != '\n') {
        line.append((char) b);
      } else if (line.toString().startsWith(start)) {
        return line.toString().strip();
      } else {
        line.setLength(0);
      }
    }
    throw new AssertionError("no line began with " + start);
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
}
