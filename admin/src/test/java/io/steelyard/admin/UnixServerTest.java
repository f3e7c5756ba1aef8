package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.control.Event;
import io.steelyard.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class UnixServerTest {
  private static final String SERVER = "/v1/pools/app%2Fx/servers/a";
  private static final String JSON = "Content-Type: application/json";

  @TempDir Path folder;
  private final FakeNode node = new FakeNode();
  private Path path;
  private UnixServer server;

  @BeforeEach
  void start() throws IOException {
    path = folder.resolve("a.sock");
    server = serve(Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static PlainServer.Limits limits(Duration each) {
    return new PlainServer.Limits(each, each, each, Duration.ofMinutes(5), each);
  }

  private UnixServer serve(Duration request) throws IOException {
    UnixServer made = UnixServer.bind(path, new AdminHandler(node), limits(request));
    made.serve();
    return made;
  }

  private String curl(String url, String... options) throws Exception {
    String[] all = Arrays.copyOf(options, options.length + 3);
    all[options.length] = "--unix-socket";
    all[options.length + 1] = path.toString();
    all[options.length + 2] = "http://any" + url;
    return Asked.curl(all).text();
  }

  private String raw(byte[] request) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      client.write(ByteBuffer.wrap(request));
      client.shutdownOutput();
      return new String(
          Channels.newInputStream(client).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private String raw(String request) throws IOException {
    return raw(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void everything_is_there_as_over_TCP_without_a_token() throws Exception {
    assertThat(curl("/livez")).startsWith("HTTP/1.1 200 OK").endsWith("ok\n");
    assertThat(curl("/v1/status")).contains("\"state\":\"ready\"");
    assertThat(curl("/metrics")).contains("steelyard_fake 7");
    assertThat(curl("/nothing")).startsWith("HTTP/1.1 404 Not Found").contains("problem+json");
    assertThat(curl("/v1/status", "-I"))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-length: ")
        .doesNotContain("ready");
  }

  @Test
  void a_change_is_made_and_the_account_names_the_user() throws Exception {
    assertThat(curl(SERVER, "-X", "PATCH", "-H", JSON, "-d", "{\"wish\":\"drain\"}"))
        .startsWith("HTTP/1.1 200")
        .contains("\"wish\":\"drain\"");
    assertThat(node.events.since(0).getLast().text())
        .startsWith("user " + System.getProperty("user.name") + " from unix:" + path + ": PATCH");
    assertThat(
            curl(
                SERVER,
                "-X",
                "PATCH",
                "-H",
                JSON,
                "-H",
                "Transfer-Encoding: chunked",
                "-H",
                "Expect: 100-continue",
                "-d",
                "{\"weight\":9}"))
        .contains("HTTP/1.1 100 Continue", "\"weight\":9");
    assertThat(curl(SERVER, "-X", "PATCH", "-H", JSON, "-d", "x".repeat(20_000)))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void events_are_streamed() throws Exception {
    node.events.add(Event.Kind.CONFIGURED, "one");
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      String request = "GET /v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n";
      client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
      assertThat(until(lines, "id: ")).isEqualTo("id: 1");
      node.events.add(Event.Kind.CONFIGURED, "two");
      assertThat(until(lines, "id: ")).isEqualTo("id: 2");
      assertThat(until(lines, "data: ")).contains("two");
    }
  }

  private static String until(BufferedReader lines, String start) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    return line;
  }

  @Test
  void it_is_its_owners_alone_and_gone_when_it_stops() throws Exception {
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
    server.close();
    assertThat(path).doesNotExist();
  }

  @Test
  void what_a_dead_process_left_is_replaced_and_a_living_one_stays() throws Exception {
    assertThatThrownBy(() -> UnixServer.bind(path, new AdminHandler(node)))
        .hasMessageContaining("another process listens");
    server.close();
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    server = serve(Duration.ofSeconds(20));
    assertThat(curl("/livez")).contains(" 200 ");
  }

  @Test
  void a_file_that_is_no_socket_is_not_touched() throws Exception {
    server.close();
    Files.writeString(path, "precious");
    assertThatThrownBy(() -> UnixServer.bind(path, new AdminHandler(node)))
        .hasMessageContaining("is no socket");
    assertThat(path).hasContent("precious");
    Files.delete(path);
    assertThatThrownBy(() -> UnixServer.bind(folder.resolve("none/a.sock"), new AdminHandler(node)))
        .hasMessageContaining("cannot make")
        .hasMessageContaining("NoSuchFile");
  }

  @Test
  void a_socket_of_a_successor_is_left_alone() throws Exception {
    Files.delete(path);
    UnixServer successor = serve(Duration.ofSeconds(20));
    server.close();
    server = successor;
    assertThat(curl("/livez")).contains(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400|GET /livez HTTP/1.1\r\n\r\n",
        "400|GET /livez HTTP/1.1\r\nHost : x\r\n\r\n",
        "400|GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        "400|GET http://a/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "400|GET /{x} HTTP/1.1\r\nHost: x\r\n\r\n",
        "400|GET //evil/x HTTP/1.1\r\nHost: x\r\n\r\n",
        "400|OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "405|CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
        "400|POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "505|GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "501|POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "200|GET http://a/livez HTTP/1.1\r\nHost: x\r\n\r\n",
        "200|\r\nGET /livez HTTP/1.0\r\n\r\n",
      })
  void heads_are_read_strictly(String answerAndRequest) throws IOException {
    int bar = answerAndRequest.indexOf('|');
    assertThat(raw(answerAndRequest.substring(bar + 1)))
        .startsWith("HTTP/1.1 " + answerAndRequest.substring(0, bar) + " ");
  }

  @Test
  void heads_and_fields_are_bounded() throws IOException {
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000))).contains(" 431 ");
    assertThat(raw("GET /" + "x".repeat(20_000))).contains(" 414 ");
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(100) + "\r\n"))
        .contains(" 431 ");
  }

  @Test
  void whoever_is_too_slow_is_let_go() throws IOException {
    server.close();
    server = serve(Duration.ofMillis(100));
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      client.write(ByteBuffer.wrap("GET /livez".getBytes(StandardCharsets.US_ASCII)));
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  /** Requests that are cut, doubled and flipped: each is answered or let go, and none harms. */
  @Test
  void nothing_that_is_sent_harms_it() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    byte[] good =
        ("PATCH "
                + SERVER
                + "?dry-run=true HTTP/1.1\r\nHost: x\r\n"
                + JSON
                + "\r\nTransfer-Encoding: chunked\r\nIf-Match: \"a\"\r\n\r\n"
                + "10\r\n{\"wish\":\"drain\"}\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = good.clone();
      for (int flips = random.nextInt(1, 5); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      byte[] sent = Arrays.copyOf(bad, random.nextInt(1, bad.length + 1));
      String answer = raw(sent);
      assertThat(answer).as("case %d", i).matches("(?s)(HTTP/1\\.1 [1-5][0-9][0-9] .*)?");
      assertThat(answer).as("case %d", i).doesNotContain("HTTP/1.1 500");
    }
    assertThat(curl("/livez")).contains(" 200 ");
    Eventually.holds("all places are free again", () -> server.busy() == 0);
  }
}
