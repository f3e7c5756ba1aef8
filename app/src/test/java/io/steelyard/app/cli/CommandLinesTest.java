package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLinesTest {
  @TempDir private Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void without_a_command_the_usage_is_wrong_and_explained() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).contains("Usage: steelyard COMMAND", "steelyard demo", "Exit codes:");
    assertThat(out()).isEmpty();
  }

  @Test
  void help_goes_to_standard_output() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("demo", "proxy", "run", "check", "status", "simulate", "version");
    assertThat(out()).doesNotContain("demo-server PORT", "train");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "proxy",
        "run",
        "check",
        "status",
        "pools",
        "cluster",
        "doctor",
        "events",
        "drain",
        "maintain",
        "serve",
        "simulate",
        "version"
      })
  void every_command_explains_itself(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out()).startsWith("Usage: steelyard " + command).contains("--help");
    String page = out();
    out.reset();
    assertThat(run("help", command)).isZero();
    assertThat(out()).isEqualTo(page);
  }

  @Test
  void a_misspelt_command_is_answered_with_the_nearest() {
    assertThat(run("statsu")).isEqualTo(2);
    assertThat(err()).contains("unknown command 'statsu', did you mean status?");
  }

  @Test
  void wrong_usage_of_a_command_exits_2_and_shows_its_usage() {
    assertThat(run("proxy", "--to", "127.0.0.1:1")).isEqualTo(2);
    assertThat(err()).contains("--from is needed", "Usage: steelyard proxy --from");
  }

  @Test
  void a_wrong_address_on_the_command_line_is_wrong_usage() {
    assertThat(run("proxy", "--from", ":0x", "--to", "127.0.0.1:1")).isEqualTo(2);
    assertThat(err()).contains("--from");
  }

  @Test
  void a_good_file_is_summed_up() throws IOException {
    Path file =
        file(
            """
            listeners: {web: {address: ":8080", routes: [{pool: app}]}}
            pools: {app: {servers: ["127.0.0.1:9001", "127.0.0.1:9002"]}}
            """);
    assertThat(run("check", file.toString())).isZero();
    assertThat(out()).isEqualTo(file + ": ok (1 listener, 1 pool, 2 servers)\n");
  }

  /** Only 'run' refused it, and said so twice. */
  @Test
  void a_file_whose_sessions_do_not_fit_into_memory_is_refused_by_check_as_by_run()
      throws IOException {
    Path file =
        file(
            """
            listeners: {web: {address: ":8080", pool: app}}
            pools: {app: {servers: ["127.0.0.1:9001"], sticky: {source: true}}}
            state: {sessions: 10000000}
            """);
    for (String command : List.of("check", "run")) {
      assertThat(run(command, file.toString())).isEqualTo(1);
      assertThat(err()).containsOnlyOnce(file + ": state.sessions: 10000000 need ");
      assertThat(err().lines()).hasSize(1);
      err.reset();
    }
  }

  @Test
  void every_mistake_of_a_file_has_its_line() throws IOException {
    Path file =
        file(
            """
            listeners: {web: {adress: ":8080", routes: [{pool: ap}]}}
            pools: {app: {servers: ["127.0.0.1:99999"]}}
            """);
    assertThat(run("check", file.toString())).isEqualTo(1);
    assertThat(err().lines()).hasSizeGreaterThan(1).allMatch(l -> l.startsWith(file + ":"));
    assertThat(out()).isEmpty();
  }

  @Test
  void a_file_with_mistakes_starts_nothing() throws IOException {
    Path file = file("listeners: 3\n");
    assertThat(run("run", file.toString())).isEqualTo(1);
    assertThat(err()).startsWith(file + ":1:").doesNotContain("event loops");
  }

  /** It was called a missing file, its name with one slash less. */
  @ParameterizedTest
  @ValueSource(
      strings = {"etcds://u:hunter2@h", "redis://u:hunter2@h:1/lb", "etcd://u:hunter2@h?/"})
  void the_url_of_a_store_that_is_none_is_refused_without_its_password(String url) {
    for (String command : List.of("run", "check")) {
      err.reset();
      assertThat(run(command, url)).isEqualTo(1);
      assertThat(err()).startsWith("the command line: from: ").doesNotContain("hunter2");
    }
    err.reset();
    assertThat(run("simulate", url)).isEqualTo(1);
    assertThat(err()).contains("expected a file").doesNotContain("hunter2");
  }

  @Test
  void several_files_in_a_folder_are_one_configuration() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("conf.d"));
    Files.writeString(
        folder.resolve("web.yaml"), "listeners: {web: {address: ':8080', pool: app}}\nzone: a\n");
    Path pools =
        Files.writeString(
            folder.resolve("app.yaml"), "pools: {app: {servers: ['127.0.0.1:9001']}}\n");
    assertThat(run("check", "file:" + folder)).as(err()).isZero();
    assertThat(out()).contains(folder + ": ok (1 listener, 1 pool, 1 server)");
    Files.writeString(pools, "pools: {app: {servers: ['127.0.0.1:9001']}}\nzone: b\n");
    assertThat(run("check", folder.toString())).isEqualTo(1);
    assertThat(err())
        .contains("web.yaml:2:1: duplicate key 'zone': it stands on line 2 of " + pools);
  }

  @Test
  void what_stands_in_a_folder_that_nodes_share_is_checked_when_asked_for() throws IOException {
    Path shared = Files.createDirectories(dir.resolve("shared"));
    Path own = file("from: file:shared\nstore: {last-good: kept}\n");
    assertThat(run("check", own.toString())).as(err()).isZero();
    assertThat(run("check", "--shared", own.toString())).isEqualTo(1);
    assertThat(err()).contains("file:" + shared + ": there is no configuration");
    Path config =
        Files.writeString(
            shared.resolve("config"),
            "listeners: {web: {address: ':8080', pool: app}}\npools: {app: {balanc: first}}\n");
    Files.createDirectories(shared.resolve("pools/app/servers"));
    Path server = Files.writeString(shared.resolve("pools/app/servers/a.yaml"), "127.0.0.1:99999");
    err.reset();
    assertThat(run("check", "--shared", own.toString())).isEqualTo(1);
    assertThat(err()).contains(config + ":2:15: unknown key 'balanc'").contains(server + ":1:1: ");
    Files.writeString(server, "127.0.0.1:9001");
    Files.writeString(
        config, "listeners: {web: {address: ':8080', pool: app}}\npools: {app: {}}\n");
    Files.writeString(shared.resolve("notes"), "?");
    assertThat(run("check", "--shared", own.toString())).as(err()).isZero();
    assertThat(out())
        .contains(shared + "/notes: is not used")
        .contains("ok (1 listener, 1 pool, 1 server)");
  }

  @Test
  void a_file_may_be_named_with_its_scheme_in_every_command() throws IOException {
    Path file = file("listeners: 3\n");
    for (String command : List.of("run", "check", "simulate")) {
      err.reset();
      assertThat(run(command, "file:" + file)).isEqualTo(1);
      assertThat(err()).contains(file + ":1:");
    }
  }

  @Test
  void a_missing_file_is_refused() {
    assertThat(run("run", dir.resolve("none.yaml").toString())).isEqualTo(1);
    assertThat(err()).contains("none.yaml").contains("no such file");
  }

  @Test
  void the_status_of_nobody_is_refused_in_one_line() {
    assertThat(run("status", "--admin", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(err().lines()).hasSize(1);
    assertThat(err()).contains("http://127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>hello</html>", "", "{}", "[1, 2]", "{\"a\": [", "\u0000"})
  void the_status_of_something_else_is_refused_in_one_line(String body) throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    other.start();
    try {
      String url = "http://127.0.0.1:" + other.getAddress().getPort();
      assertThat(run("status", "--admin", url)).isEqualTo(1);
      assertThat(err().lines()).hasSize(1).first().asString().contains(url, "no Steelyard node");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void a_file_may_be_written_as_run_takes_it() throws IOException {
    Path file = file("listeners: 3\n");
    assertThat(run("check", "file:" + file)).isEqualTo(1);
    assertThat(err()).startsWith(file + ":1:");
  }

  @Test
  void the_admin_address_has_to_be_a_url() {
    assertThat(run("status", "--admin", "127.0.0.1:7700")).isEqualTo(2);
    assertThat(err()).contains("--admin must be an http:// or https:// URL or unix:/path");
  }

  @Test
  void an_unknown_transport_is_wrong_usage() throws IOException {
    assertThat(run("run", "--transport", "kqueue", file("").toString())).isEqualTo(2);
    assertThat(err()).contains("must be one of io_uring, epoll");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("site.yaml"), text);
  }

  private int run(String... args) {
    return CommandLines.execute(new PrintStream(out, true), new PrintStream(err, true), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
