package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.WebServer;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} says of a request, and where that request then goes. */
final class ExplainLauncherTest {
  private static final String NAMES = "abcde";

  @TempDir private static Path dir;

  private static final List<WebServer> SERVERS = new ArrayList<>();
  private static Balancer balancer;

  @BeforeAll
  static void serve() throws IOException {
    for (int i = 0; i < NAMES.length(); i++) {
      SERVERS.add(WebServer.answering(NAMES.substring(i, i + 1)));
    }
    balancer = Balancer.run(dir, "epoll", ExplainLauncherTest::yaml);
  }

  @AfterAll
  static void stop() {
    balancer.close();
    SERVERS.forEach(WebServer::close);
  }

  private static String yaml(int port) {
    String servers =
        IntStream.range(0, NAMES.length())
            .mapToObj(i ->
                "{name: %s, address: \"127.0.0.1:%d\"}"
                    .formatted(NAMES.charAt(i), SERVERS.get(i).port()))
            .collect(Collectors.joining(", ", "[", "]"));
    return """
    listeners:
      web:
        address: "127.0.0.1:%d"
        routes:
          - {path: /address, pool: address}
          - {path: /user, pool: user}
          - {path: /cookie, pool: cookie}
          - {path: /turns, pool: turns}
          - {path: /field, pool: field}
          - {path: /none, pool: none}
    pools:
      address: {balance: ip-hash, servers: %2$s}
      user: {balance: hash, hash-key: "header:X-User", servers: %2$s}
      cookie: {sticky: {cookie: srv}, servers: %2$s}
      turns: {servers: %2$s}
      field: {sticky: {header: X-Session}, servers: %2$s}
      none: {servers: %2$s}
    """
        .formatted(port, servers);
  }

  /** The answer to a request of that client: its head and its body. */
  private static String ask(String from, String path, String field) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress("127.0.0.1", balancer.port()));
      String lines = field.isEmpty() ? "" : field + "\r\n";
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + lines + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static String served(String answer) {
    return answer.substring(answer.length() - 1);
  }

  private static Map<?, ?> explain(String path, String... parameters) throws JsonException {
    StringBuilder query = new StringBuilder("/v1/explain?url=");
    query.append(encoded("http://127.0.0.1:" + balancer.port() + path));
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      query.append('&').append(parameter, 0, equals + 1);
      query.append(encoded(parameter.substring(equals + 1)));
    }
    String answer = balancer.admin(query.toString());
    assertThat(answer).startsWith("200 ");
    return (Map<?, ?>) JsonReader.read(answer.substring(4));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> servers(Map<?, ?> explained) {
    return ((List<?>) explained.get("servers"))
        .stream().map(one -> ((Map<?, ?>) one).get("server").toString()).toList();
  }

  @Test
  void a_client_goes_where_its_address_is_said_to_lead() throws Exception {
    for (int host = 1; host <= 20; host++) {
      String from = "127.0.0." + host;
      assertThat(servers(explain("/address", "from=" + from)))
          .containsExactly(served(ask(from, "/address", "")));
    }
  }

  @Test
  void a_request_goes_where_its_field_is_said_to_lead_and_without_it_by_its_address()
      throws Exception {
    for (int user = 0; user < 20; user++) {
      String field = "X-User: " + user;
      assertThat(servers(explain("/user", "header=" + field)))
          .containsExactly(served(ask("127.0.0.1", "/user", field)));
    }
    Map<?, ?> lacks = explain("/user", "from=127.0.0.9");
    assertThat(servers(lacks)).containsExactly(served(ask("127.0.0.9", "/user", "")));
    assertThat(lacks.get("steps").toString())
        .contains("hash chooses by header X-User, which it lacks: by the client's address");
  }

  @Test
  void a_session_is_said_to_stay_and_when_its_server_is_left_alone_where_it_moves()
      throws Exception {
    String first = ask("127.0.0.1", "/cookie", "");
    String cookie =
        first
            .lines()
            .filter(line -> line.startsWith("Set-Cookie: "))
            .map(line -> "Cookie: " + line.substring(12, line.indexOf(';')))
            .findFirst()
            .orElseThrow();
    Map<?, ?> stays = explain("/cookie", "header=" + cookie);
    assertThat(servers(stays)).containsExactly(served(first));
    assertThat(((Map<?, ?>) stays.get("session")).get("result")).isEqualTo("kept");
    Map<?, ?> forged = explain("/cookie", "header=" + cookie + "x");
    assertThat(((Map<?, ?>) forged.get("session")).get("result")).isEqualTo("forged");

    cli("maintain", "cookie/" + served(first));
    Map<?, ?> moves = explain("/cookie", "header=" + cookie);
    assertThat(((Map<?, ?>) moves.get("session")).get("result")).isEqualTo("moved");
    assertThat(servers(moves))
        .containsExactly(served(ask("127.0.0.1", "/cookie", cookie)))
        .doesNotContain(served(first));
    cli("serve", "cookie/" + served(first));
  }

  @Test
  void a_session_that_a_field_tells_is_said_to_be_at_home_where_its_first_request_went()
      throws Exception {
    String field = "X-Session: 42";
    assertThat(explain("/field", "header=" + field).get("steps").toString())
        .contains("no session is known by header X-Session: one begins");
    String first = served(ask("127.0.0.1", "/field", field));
    Map<?, ?> stays = explain("/field", "header=" + field);
    assertThat(servers(stays)).containsExactly(first);
    assertThat(stays.get("steps").toString())
        .contains("its session is at home at " + first + ", and stays there");
    assertThat(explain("/field").get("steps").toString())
        .contains("it has no header X-Session: no session");
  }

  @Test
  void servers_that_take_turns_have_equal_shares_and_who_is_drained_has_none() throws Exception {
    cli("drain", "turns/c");
    Map<?, ?> turns = explain("/turns");
    assertThat(servers(turns)).containsExactly("a", "b", "d", "e");
    assertThat(turns.get("servers").toString()).contains("0.25");
    assertThat(turns.get("kept_out").toString()).contains("c").contains("drained");
    cli("serve", "turns/c");
  }

  @Test
  void what_the_balancer_would_answer_itself_is_said_as_it_would_be() throws Exception {
    Map<?, ?> elsewhere = explain("/elsewhere");
    assertThat(elsewhere.get("status").toString()).isEqualTo("404");
    assertThat(ask("127.0.0.1", "/elsewhere", ""))
        .startsWith("HTTP/1.1 404 ")
        .contains(elsewhere.get("cause").toString());
    for (int i = 0; i < NAMES.length(); i++) {
      cli("drain", "none/" + NAMES.charAt(i));
    }
    Map<?, ?> none = explain("/none");
    assertThat(none.get("status").toString()).isEqualTo("503");
    assertThat(ask("127.0.0.1", "/none", ""))
        .startsWith("HTTP/1.1 503 ")
        .contains(none.get("cause").toString());
    Map<?, ?> twice = explain("/turns", "header=Content-Length: 1", "header=Content-Length: 2");
    assertThat(twice.get("status").toString()).isEqualTo("400");
  }

  @Test
  void nothing_is_sent_and_nothing_counted() throws Exception {
    double before = balancer.metric("steelyard_requests_total");
    double sessions = balancer.metric("steelyard_sessions");
    for (String path : List.of("/turns", "/field", "/elsewhere", "/address")) {
      explain(path, "header=X-Session: new");
    }
    assertThat(balancer.metric("steelyard_requests_total")).isEqualTo(before);
    assertThat(balancer.metric("steelyard_sessions")).isEqualTo(sessions);
  }

  @Test
  void the_command_tells_people() throws Exception {
    String url = "http://127.0.0.1:" + balancer.port() + "/address";
    assertThat(cli("explain", "--from", "127.0.0.7", url))
        .startsWith("listener web at ")
        .contains("route 1 of 6 (any host, path /address) leads to pool address")
        .endsWith("=> server " + served(ask("127.0.0.7", "/address", "")));
  }

  private static String cli(String command, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(command, "--admin", balancer.adminUrl()));
    all.addAll(List.of(arguments));
    return Launched.standardOutput(Map.of(), all.toArray(String[]::new));
  }
}
