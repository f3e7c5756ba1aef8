package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.cli.CommandLines;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.wire.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document of a node that has its configuration for itself, over the API and the command. */
final class OwnFileLauncherTest {
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path dir;
  private Path file;
  private Launched node;

  private String document(String body) {
    return """
    # Of the shop.
    listeners: {web: {address: "127.0.0.1:%d", routes: [{path: /, pool: app}]}}
    pools: {app: {servers: [{name: one, address: "127.0.0.1:%d"}]%s}}
    admin: {address: "127.0.0.1:%d"}
    """
        .formatted(port, FreePorts.any(), body, adminPort);
  }

  @BeforeEach
  void start() throws IOException {
    file = Files.writeString(dir.resolve("site.yaml"), document(""));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    node = Launched.with("run", "--threads", "1", file.toString());
    node.awaitOutput("admin API on");
  }

  @AfterEach
  void stop() {
    node.close();
    http.close();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private String command(String... words) {
    List<String> all =
        Stream.concat(Stream.of(words), Stream.of("--admin", "http://127.0.0.1:" + adminPort))
            .toList();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    int code = CommandLines.execute(out, out, all.toArray(String[]::new));
    return code + " " + said.toString(StandardCharsets.UTF_8);
  }

  private void anOrderThatIsNotUnderstoodWhollyChangesNothing() throws Exception {
    for (String wrong :
        List.of(
            "{\"revision\": 1, \"dry-run\": true}",
            "{\"revision\": 1.9}",
            "{\"revision\": 1e30}",
            "{\"revision\": \"1\"}",
            "{\"revision\": 1, \"force\": \"yes\"}",
            "{}",
            "[1]")) {
      assertThat(send("POST", "/v1/config/rollback", wrong, "If-Match", "*").statusCode())
          .as(wrong)
          .isEqualTo(422);
    }
    String plain = "{\"revision\": 1}";
    assertThat(
            send(
                    "POST",
                    "/v1/config/rollback",
                    plain,
                    "If-Match",
                    "*",
                    "Content-Type",
                    "text/plain")
                .statusCode())
        .isEqualTo(415);
  }

  @Test
  void a_document_is_read_planned_and_written_by_who_saw_what_stands_there() throws Exception {
    String before = Files.readString(file);
    HttpResponse<String> got = send("GET", "/v1/config", null);
    String tag = got.headers().firstValue("ETag").orElseThrow();
    assertThat(got.body()).isEqualTo(before);
    String next = before.replace("name: one", "name: uno");

    assertThat(send("PUT", "/v1/config", next).statusCode()).isEqualTo(428);
    assertThat(send("PUT", "/v1/config?dry-run=true", next).body())
        .contains("\"result\":\"planned\"", "pools.app.servers.uno", "pools.app.servers.one");
    assertThat(Files.readString(file)).isEqualTo(before);

    HttpResponse<String> written = send("PUT", "/v1/config", next, "If-Match", tag);
    assertThat(written.statusCode()).isEqualTo(200);
    assertThat(Files.readString(file)).isEqualTo(next);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(Web.get("http://127.0.0.1:" + adminPort + "/v1/pools")).contains("\"uno\"");
    assertThat(send("PUT", "/v1/config", before, "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(send("PUT", "/v1/config", next, "If-Match", "*").body())
        .contains("\"result\":\"unchanged\"");
    String order = "{\"revision\": 1}";
    assertThat(send("POST", "/v1/config/rollback?dry-run=true", order).body())
        .contains("\"result\":\"planned\"", "pools.app.servers.uno", "pools.app.servers.one");
    assertThat(send("POST", "/v1/config/rollback?dry-rum=true", order, "If-Match", "*").body())
        .contains("The only parameter is dry-run");
    for (String path : List.of("", "/revisions", "/revisions/1", "/canary")) {
      assertThat(send("GET", "/v1/config" + path + "?dry-run=true", null).statusCode())
          .isEqualTo(400);
    }
    assertThat(send("DELETE", "/v1/config/canary?dry-run=true", null, "If-Match", "*").body())
        .contains("There are no parameters here");
    anOrderThatIsNotUnderstoodWhollyChangesNothing();
    assertThat(Files.readString(file)).isEqualTo(next);
    assertThat(send("POST", "/v1/config/rollback", order, "If-Match", "*").body())
        .contains("\"result\":\"written\"");
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(command("config", "history")).contains("rollback to 1", "loopback");
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("site.yaml", "site.yaml.history");
    }
  }

  @Test
  void what_cannot_be_served_is_not_written_either() throws Exception {
    String before = Files.readString(file);
    for (String wrong : List.of("", "listeners: [", before.replace("/, pool", "x, pool"))) {
      HttpResponse<String> refused = send("PUT", "/v1/config", wrong, "If-Match", "*");
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
    try (var taken = new java.net.ServerSocket(0)) {
      String clash = before.replace(":" + port, ":" + taken.getLocalPort());
      assertThat(send("PUT", "/v1/config", clash, "If-Match", "*").body())
          .contains("already in use");
    }
    assertThat(send("PUT", "/v1/config", "#" + "x".repeat(1 << 20), "If-Match", "*").statusCode())
        .isEqualTo(413);
    assertThat(send("PUT", "/v1/config?frce=true", before, "If-Match", "*").statusCode())
        .isEqualTo(400);
    assertThat(
            send("PUT", "/v1/config", before, "If-Match", "*", "Origin", "http://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(send("PUT", "/v1/config?canary=1", before + "#", "If-Match", "*").body())
        .contains("a canary needs nodes that share their configuration");
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(command("config", "history").lines().skip(1))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("as it stood before");
  }

  @Test
  void programs_read_what_is_refused_as_json_with_the_file_and_its_lines() throws Exception {
    Path bad = Files.writeString(dir.resolve("bad.yaml"), document(", balanc: random"));
    String answer = command("config", "put", bad.toString(), "--json");
    assertThat(answer).startsWith("1 {");
    Map<?, ?> refused = (Map<?, ?>) JsonReader.read(answer.substring(2));
    assertThat(refused.get("result")).isEqualTo("refused");
    assertThat(refused.get("status")).hasToString("422");
    assertThat(((List<?>) refused.get("errors")).getFirst().toString())
        .startsWith(bad + ":3:")
        .contains("did you mean 'balance'");
    assertThat(send("GET", "/v1/config/canary", null).statusCode()).isEqualTo(404);
    assertThat(send("DELETE", "/v1/config/canary", null).statusCode()).isEqualTo(409);
    assertThat(send("DELETE", "/v1/config/canary", null, "If-Match", "\"3-trying\"").statusCode())
        .isEqualTo(412);
  }

  @Test
  void a_file_that_was_changed_by_hand_is_in_the_history_and_passwords_are_masked()
      throws Exception {
    String before = Files.readString(file);
    String secret =
        before
            + "state: {share: \"redis://joe:open-sesame@127.0.0.1:1/0\"}\n"
            + "cluster: {node: lb1, key: cluster.key}\n";
    Path key = Files.writeString(dir.resolve("cluster.key"), "0123456789abcdef".repeat(4) + "\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, secret);
    Eventually.holds("it is noted", () -> command("config", "history").lines().count() == 3);
    assertThat(command("config", "history")).contains("changed in the file", "as it stood before");
    String masked = command("config", "get").substring(2);
    assertThat(masked).contains("redis://joe:***@127.0.0.1:1/0");
    assertThat(command("config", "get", "2")).contains("joe:***@");
    assertThat(command("config", "diff", "1")).contains("+ state").doesNotContain("sesame");
    // What was read and is written again keeps its password.
    Path edited = Files.writeString(dir.resolve("edited.yaml"), masked + "# more\n");
    assertThat(command("config", "put", edited.toString(), "--wait")).startsWith("0 ");
    assertThat(Files.readString(file)).isEqualTo(secret + "# more\n");
    // Somebody else was faster.
    Files.writeString(edited, masked + "# less\n");
    assertThat(command("config", "put", edited.toString()))
        .startsWith("1 ")
        .contains("It has changed since it was read", "steelyard config get", "--overwrite");
    Files.writeString(edited, command("config", "get").substring(2).replace("joe:***", "jim:***"));
    assertThat(command("config", "put", edited.toString()))
        .startsWith("1 ")
        .contains("stands for a password that is not shown");
    assertThat(node.output()).doesNotContain("sesame");
  }

  @Test
  void the_command_teaches_and_refuses_wrong_usage() {
    assertThat(command("config")).startsWith("2 ").contains("get|put|diff");
    assertThat(command("config", "pu")).startsWith("2 ").contains("did you mean put?");
    assertThat(command("config", "put")).startsWith("2 ").contains("which FILE?");
    assertThat(command("config", "rollback", "x")).startsWith("2 ").contains("is a number");
    assertThat(command("config", "put", "/nowhere.yaml")).startsWith("1 ").contains("no such file");
    assertThat(command("config", "--help")).startsWith("0 ").contains("--canary");
  }
}
