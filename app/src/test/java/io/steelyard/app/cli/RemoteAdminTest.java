package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.app.node.Node;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.ProxyOptions;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.TestCertificate;
import io.steelyard.wire.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands and a node that wants to know who asks, through reloads of that. */
@Timeout(60)
final class RemoteAdminTest {
  private static final Usage USAGE = new Usage("status", "", "", 0, AdminOptions.with(), "");

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  private Path token;
  private Path socket;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    socket = folder.resolve("a.sock");
    node = Node.start(new ProxyOptions(1, Optional.of("epoll")), "1");
  }

  @AfterEach
  void stop() {
    node.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void a_name_that_nobody_knows_is_said_to_be_unknown() {
    assertThat(run("status", "--admin", "http://nosuch.invalid")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("no answer from http://nosuch.invalid: its name is not known");
  }

  private Outcome apply(String admin) throws ConfigException, IOException {
    String yaml =
        """
        listeners: {web: {address: "127.0.0.1:%d", access-log: none, pool: app}}
        pools: {app: {servers: [{name: b, address: "127.0.0.1:%d"}]}}
        admin: {address: "127.0.0.1:%d"%s}
        """
            .formatted(port, port + 1, adminPort, admin);
    Path file = Files.writeString(folder.resolve("steelyard.yaml"), yaml);
    return node.apply(ConfigParser.parseFile(file));
  }

  private void serve(String admin) throws ConfigException, IOException {
    assertThat(apply(admin)).isInstanceOf(Outcome.Applied.class);
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    return CommandLines.execute(new PrintStream(out, true), new PrintStream(err, true), args);
  }

  private String http() {
    return "http://127.0.0.1:" + adminPort;
  }

  private String https() {
    return "https://127.0.0.1:" + adminPort;
  }

  private String unix() {
    return "unix:" + socket;
  }

  @Test
  void a_token_counts_from_its_reload_on_and_a_refusal_says_what_to_do() throws Exception {
    serve("");
    node.open();
    assertThat(run("status", "--admin", http())).isZero();
    serve(", token: token");
    assertThat(run("status", "--admin", http())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--token FILE");
    assertThat(run("status", "--admin", http(), "--token", token.toString())).isZero();
    Path wrong = Files.writeString(folder.resolve("wrong"), "fedcba9876543210");
    assertThat(run("status", "--admin", http(), "--token", wrong.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Is it the file");
    Files.copy(wrong, token, StandardCopyOption.REPLACE_EXISTING);
    serve(", token: token");
    assertThat(run("status", "--admin", http(), "--token", wrong.toString())).isZero();
  }

  @Test
  void tls_begins_and_ends_at_the_same_port_and_certificates_say_who_asks() throws Exception {
    TestCertificate server =
        TestCertificate.in(Files.createDirectory(folder.resolve("s")), "IP:127.0.0.1");
    TestCertificate alice =
        TestCertificate.in(Files.createDirectory(folder.resolve("a")), "DNS:alice");
    String tls = ", tls: {certificate: s/cert.pem, key: s/key.pem, client-ca: a/cert.pem}";
    serve("");
    node.open();
    serve(tls);
    assertThat(run("status", "--admin", http())).isEqualTo(1);
    assertThat(run("status", "--admin", https())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--ca FILE");
    String ca = server.file().toString();
    assertThat(run("status", "--admin", https(), "--ca", ca)).isEqualTo(1);
    String cert = alice.file().toString();
    String key = alice.key().toString();
    assertThat(run("drain", "app/b", "--admin", https(), "--ca", ca, "--cert", cert, "--key", key))
        .isZero();
    assertThat(run("events", "--admin", https(), "--ca", ca, "--cert", cert, "--key", key))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("audit", "CN=alice from 127.0.0.1");
    serve("");
    assertThat(run("status", "--admin", http())).isZero();
  }

  @Test
  void the_socket_comes_and_goes_with_the_configuration_and_needs_no_token() throws Exception {
    serve(", token: token, socket: " + socket);
    node.open();
    assertThat(run("status", "--admin", unix())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("pool app");
    assertThat(run("drain", "app/b", "--wait", "--admin", unix())).isZero();
    assertThat(run("sessions", "--clear", "--json", "--admin", unix())).isZero();
    assertThat(run("cluster", "--rotate-keys", "--admin", unix())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Nothing is shared");
    assertThat(run("events", "--admin", unix())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("user ", "from unix:" + socket);
    serve(", token: token");
    assertThat(socket).doesNotExist();
    assertThat(run("status", "--admin", unix())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no answer from " + unix());
    serve(", socket: " + socket);
    assertThat(run("status", "--admin", unix())).isZero();
  }

  @Test
  void what_cannot_be_had_changes_nothing() throws Exception {
    serve(", token: token, audit-log: audit.jsonl");
    node.open();
    assertThat(apply(", socket: /none/a.sock")).isInstanceOf(Outcome.Refused.class);
    assertThat(apply(", audit-log: none/audit")).isInstanceOf(Outcome.Refused.class);
    assertThat(run("status", "--admin", http())).isEqualTo(1);
    String file = token.toString();
    assertThat(run("maintain", "app/b", "--admin", http(), "--token", file)).isZero();
    Map<?, ?> record = (Map<?, ?>) JsonReader.read(Files.readString(folder.resolve("audit.jsonl")));
    assertThat(record.get("who")).isEqualTo("token");
    assertThat(record.get("change")).isEqualTo("{\"wish\":\"maintenance\"}");
  }

  @Test
  void a_start_is_refused_where_another_process_has_the_socket() throws Exception {
    serve(", socket: " + socket);
    node.open();
    Node other = Node.start(new ProxyOptions(1, Optional.of("epoll")), "1");
    try (other) {
      String yaml =
          """
          listeners: {web: {address: "127.0.0.1:%d", pool: app}}
          pools: {app: {servers: ["127.0.0.1:9001"]}}
          admin: {address: "127.0.0.1:%d", socket: %s}
          """
              .formatted(FreePorts.any(), FreePorts.any(), socket);
      assertThat(other.apply(ConfigParser.parse("other", yaml)).toString())
          .contains("another process listens at " + socket);
    }
    assertThat(run("status", "--admin", unix())).isZero();
  }

  @Test
  void the_environment_names_the_node_and_the_token_unless_an_option_does() throws Exception {
    Map<String, String> environment =
        Map.of("STEELYARD_ADMIN", "unix:/run/a/", "STEELYARD_TOKEN_FILE", token.toString());
    Arguments none = Arguments.parse(USAGE, List.of());
    assertThat(AdminOptions.admin(none, environment)).isEqualTo("unix:/run/a");
    assertThat(AdminOptions.token(none, environment)).contains("0123456789abcdef");
    assertThat(AdminOptions.admin(none, Map.of())).isEqualTo("http://127.0.0.1:7700");
    assertThat(AdminOptions.token(none, Map.of())).isEmpty();
    Arguments given = Arguments.parse(USAGE, List.of("--admin", "https://lb1"));
    assertThat(AdminOptions.admin(given, environment)).isEqualTo("https://lb1");
    assertThatThrownBy(() -> AdminOptions.admin(none, Map.of("STEELYARD_ADMIN", "lb1:7700")))
        .hasMessageStartingWith("STEELYARD_ADMIN must be");
  }

  @Test
  void a_token_that_is_given_in_place_of_its_file_is_not_repeated() {
    String token = "0123456789abcdef0123456789abcdef";
    assertThat(run("status", "--admin", http(), "--token", token)).isEqualTo(2);
    assertThat(run("status", "--admin", http(), "--token=" + token)).isEqualTo(2);
    assertThat(run("status", "--admin", "ftp://joe:" + token + "@lb1")).isEqualTo(2);
    assertThat(run("status", "--admin", "http://joe:" + token + "@127.0.0.1:1")).isEqualTo(1);
    assertThatThrownBy(() ->
            AdminOptions.token(
                Arguments.parse(USAGE, List.of()), Map.of("STEELYARD_TOKEN_FILE", token)))
        .hasMessageStartingWith("STEELYARD_TOKEN_FILE names the file")
        .hasMessageNotContaining(token);
    assertThat(err.toString(StandardCharsets.UTF_8)).isNotEmpty().doesNotContain(token);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void a_refusal_is_json_for_those_who_ask_for_json() throws Exception {
    assertThat(run("drain", "app/none", "--admin", "http://127.0.0.1:1", "--json")).isEqualTo(1);
    Map<?, ?> refused = (Map<?, ?>) JsonReader.read(out.toString(StandardCharsets.UTF_8));
    assertThat(refused.get("result")).isEqualTo("refused");
    assertThat(refused.get("detail").toString()).contains("no answer from http://127.0.0.1:1");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void wrong_options_are_told_before_anything_is_asked() {
    assertThat(run("status", "--cert", "x")).isEqualTo(2);
    assertThat(run("status", "--ca", "x")).isEqualTo(2);
    assertThat(run("status", "--admin", "https://lb1", "--ca", "/none")).isEqualTo(2);
    assertThat(run("status", "--token", "/none")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("names the file that holds the token");
    assertThat(run("status", "--admin", "unix:relative")).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void check_and_version_speak_to_machines() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "color: 1\n");
    assertThat(run("check", bad.toString(), "--json")).isEqualTo(1);
    Map<?, ?> refused = (Map<?, ?>) JsonReader.read(out.toString(StandardCharsets.UTF_8));
    assertThat(refused.get("ok")).isEqualTo(false);
    assertThat((List<?>) refused.get("errors")).isNotEmpty();
    Path good =
        Files.writeString(
            folder.resolve("good.yaml"),
            "listeners: {a: {address: ':1', pool: b}}\npools: {b: {servers: ['h:1']}}\n");
    assertThat(run("check", good.toString(), "--json")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"ok\":true,\"listeners\":1,\"pools\":1,\"servers\":1}");
    assertThat(run("check", good.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("ok (1 listener, 1 pool, 1 server)");
    assertThat(run("version", "--json")).isZero();
    assertThat(((Map<?, ?>) JsonReader.read(out.toString(StandardCharsets.UTF_8))).keySet())
        .hasSize(4);
  }
}
