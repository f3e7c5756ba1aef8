package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code steelyard run --take-over}: what clients, operators and sessions notice of it: nothing.
 */
final class TakeOverLauncherTest {
  private static final byte[] BODY = "served".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ALIVE = "ok\n".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern COOKIE = Pattern.compile("\r\n[Ss]et-[Cc]ookie: ([^;\r]+)");
  private static final int DOWNLOAD_BYTES = 3 << 20;
  private static final int TAKE_OVERS = 5;
  private static final int SOME_REQUESTS = 200;

  @TempDir private Path dir;

  private volatile CountDownLatch begun = new CountDownLatch(1);
  private volatile CountDownLatch mayFinish = new CountDownLatch(1);
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<Launched> processes = new ArrayList<>();
  private int port;
  private int adminPort;
  private Path file;

  @BeforeEach
  void serve() throws IOException {
    for (int i = 0; i < 2; i++) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      String name = "s" + i;
      server.createContext("/", exchange -> answer(exchange, BODY));
      server.createContext(
          "/name", exchange -> answer(exchange, name.getBytes(StandardCharsets.US_ASCII)));
      server.createContext("/download", this::download);
      server.start();
      servers.add(server);
    }
    port = FreePorts.any();
    adminPort = FreePorts.any();
    file = dir.resolve("site.yaml");
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Half of it at once, the other half when it may. */
  private void download(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, DOWNLOAD_BYTES);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(new byte[DOWNLOAD_BYTES / 2]);
      out.flush();
      begun.countDown();
      mayFinish.await();
      out.write(new byte[DOWNLOAD_BYTES - DOWNLOAD_BYTES / 2]);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    mayFinish.countDown();
    processes.forEach(Launched::close);
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void five_take_overs_in_a_row_refuse_and_reset_nobody() throws Exception {
    try (EchoServer echo = new EchoServer()) {
      write(site("", echoPool(echo)));
      Launched running = run("--threads", "1", "--transport", "epoll");
      try (Load load = new Load(port).get(4, "/", BODY);
          Load brief = new Load(port).brief(4, "/", BODY);
          Load admin = new Load(adminPort).brief(1, "/livez", ALIVE)) {
        for (int i = 0; i < TAKE_OVERS; i++) {
          awaitMore(load, brief, admin);
          write(site("", echoPool(echo) + "  extra" + i + ": {servers: [\"127.0.0.1:1\"]}\n"));
          running = takeOverMidway(running, i);
          assertThat(Web.get("http://127.0.0.1:" + adminPort + "/v1/status"))
              .contains("\"extra" + i + "\"");
        }
        awaitMore(load, brief, admin);
        for (Load each : List.of(load, brief, admin)) {
          each.stop();
          assertThat(each.told()).isEmpty();
          assertThat(each.failures()).isZero();
        }
        System.out.printf(
            "e2e take-over: %d requests kept alive, %d brief, %d of the admin API%n",
            load.requests(), brief.requests(), admin.requests());
      }
    }
  }

  /** While a download and a tunnel are open, which end at the old process; the new one. */
  private Launched takeOverMidway(Launched old, int round) throws Exception {
    begun = new CountDownLatch(1);
    mayFinish = new CountDownLatch(1);
    Launched next;
    try (HttpClient tunnel = new HttpClient(port);
        HttpClient downloading = new HttpClient(port)) {
      assertThat(tunnel.upgrade("/echo").status()).isEqualTo(101);
      downloading.send("/download");
      begun.await();
      next =
          run(
              "--take-over",
              "--threads",
              round % 2 == 0 ? "2" : "1",
              "--transport",
              round % 2 == 0 ? "io_uring" : "epoll");
      next.awaitOutput("took over: 1 listening addresses");
      old.awaitOutput("another process has taken over");
      assertThat(tunnel.echo(BODY)).isEqualTo(BODY);
      mayFinish.countDown();
      assertThat(downloading.response().body()).hasSize(DOWNLOAD_BYTES);
      assertThat(tunnel.echo(BODY)).isEqualTo(BODY);
      assertThat(old.output()).doesNotContain("stopped");
    }
    assertThat(old.exitCode()).isZero();
    assertThat(old.output()).doesNotContain("not everything had finished");
    return next;
  }

  private static void awaitMore(Load... loads) {
    for (Load load : loads) {
      long enough = load.requests() + SOME_REQUESTS / 4;
      Launched.await(() -> load.requests() >= enough || load.failures() > 0);
      assertThat(load.told()).isEmpty();
    }
  }

  private static String echoPool(EchoServer echo) {
    return "  echo: {servers: [\"%s\"]}\n".formatted(echo.address());
  }

  @Test
  void a_new_process_with_a_broken_configuration_leaves_the_old_one_alone() throws Exception {
    write(site("", ""));
    Launched old = run();
    Path broken = dir.resolve("broken");
    Files.writeString(broken, "listeners: {web: {adress: nowhere}}\n");
    Files.move(broken, file, StandardCopyOption.REPLACE_EXISTING);
    Launched next = start("--take-over");
    assertThat(next.exitCode()).isEqualTo(1);
    assertThat(next.output()).contains("adress");
    assertThat(old.output()).doesNotContain("about to take over");
    assertThat(Web.get("http://127.0.0.1:" + port + "/")).isEqualTo("200 served");
  }

  @Test
  void a_new_process_that_cannot_have_an_address_leaves_the_old_one_serving() throws Exception {
    write(site("", ""));
    Launched old = run();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(withListener(site("", ""), taken.getLocalPort()));
      Launched next = start("--take-over");
      assertThat(next.exitCode()).isEqualTo(1);
      assertThat(next.output()).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
    old.awaitOutput("nobody has taken over");
    assertThat(Web.get("http://127.0.0.1:" + port + "/")).isEqualTo("200 served");
    assertThat(Web.get("http://127.0.0.1:" + adminPort + "/readyz")).startsWith("200 ");
  }

  private static String withListener(String site, int port) {
    String other = "other: {address: \"127.0.0.1:%d\", routes: [{pool: app}]}".formatted(port);
    return site.replace("listeners: {", "listeners: {" + other + ", ");
  }

  @Test
  void a_new_process_that_is_killed_on_the_way_leaves_the_old_one_serving() throws Exception {
    write(site("", ""));
    Launched old = run();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Load load = new Load(port).get(2, "/", BODY)) {
      // Its first check takes a minute: so long the next process is not ready.
      write(
          site("", "")
              + "  late: {health: {http: /, interval: 60s, timeout: 60s}, servers: [\"127.0.0.1:"
              + silent.getLocalPort()
              + "\"]}\n");
      old.awaitOutput("serving revision 2");
      Launched next = start("--take-over");
      next.awaitOutput("serving revision 1");
      old.awaitOutput("about to take over");
      next.signal("KILL");
      old.awaitOutput("nobody has taken over: this process goes on");
      awaitMore(load);
      write(site("", ""));
      old.awaitOutput("serving revision 3");

      run("--take-over").awaitOutput("took over");
      assertThat(old.exitCode()).isZero();
      awaitMore(load);
      load.stop();
      assertThat(load.told()).isEmpty();
    }
  }

  @Test
  void a_drained_server_stays_drained_and_sessions_and_cookies_stay_good() throws Exception {
    int cookies = FreePorts.any();
    String site =
        """
        listeners:
          web: {address: "127.0.0.1:%d", routes: [{pool: table}]}
          other: {address: "127.0.0.1:%d", routes: [{pool: drained}]}
          cookies: {address: "127.0.0.1:%d", routes: [{pool: cookies}]}
        admin: {address: "127.0.0.1:%d"}
        pools:
          table: {sticky: {header: X-User}, servers: [{name: s0, address: "%s"}, {name: s1, address: "%s"}]}
          cookies: {sticky: {cookie: srv}, servers: [{name: s0, address: "%s"}, {name: s1, address: "%s"}]}
          drained: {health: {tcp: true, interval: 30s}, servers: [{name: s0, address: "%s"}]}
        """
            .formatted(
                port,
                FreePorts.any(),
                cookies,
                adminPort,
                server(0),
                server(1),
                server(0),
                server(1),
                server(0));
    write(site);
    Launched old = run();
    List<String> before = sessions();
    assertThat(before).contains("s0", "s1");
    String told = answer(cookies, "X-User: me");
    Matcher cookie = COOKIE.matcher(told);
    assertThat(cookie.find()).as(told).isTrue();
    Launched wish =
        keep(Launched.with("drain", "drained/s0", "--admin", "http://127.0.0.1:" + adminPort));
    assertThat(wish.exitCode()).as(wish.output()).isZero();

    Launched next = run("--take-over");
    next.awaitOutput("took over: 3 listening addresses, ");
    assertThat(old.exitCode()).isZero();
    assertThat(sessions()).isEqualTo(before);
    String home = told.substring(told.length() - 2);
    for (int i = 0; i < 10; i++) {
      assertThat(answer(cookies, "Cookie: " + cookie.group(1))).endsWith(home);
    }
    String status = Web.get("http://127.0.0.1:" + adminPort + "/v1/status");
    assertThat(status).contains("\"drain\"");
  }

  /** The server of each of twenty users. */
  private List<String> sessions() throws IOException {
    List<String> names = new ArrayList<>();
    for (int user = 0; user < 20; user++) {
      String answer = answer(port, "X-User: " + user);
      names.add(answer.substring(answer.length() - 2));
    }
    return names;
  }

  private static String answer(int at, String field) throws IOException {
    try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", at))) {
      return ask(channel, field);
    }
  }

  @Test
  void a_listener_at_a_UNIX_socket_is_taken_over_with_its_file() throws Exception {
    Path socket = dir.resolve("web");
    write(site("unix:" + socket, ""));
    Launched old = run();
    Object inode = Files.getAttribute(socket, "unix:ino");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(withListener(site("unix:" + socket, ""), taken.getLocalPort()));
      assertThat(start("--take-over").exitCode()).isEqualTo(1);
      assertThat(askUnix(socket)).containsPattern("s[01]$");
    }
    write(site("unix:" + socket, ""));
    Launched next = run("--take-over");
    assertThat(old.exitCode()).isZero();
    assertThat(Files.getAttribute(socket, "unix:ino")).isEqualTo(inode);
    assertThat(askUnix(socket)).containsPattern("s[01]$");
    next.signal("TERM");
    assertThat(next.exitCode()).isZero();
    assertThat(socket).doesNotExist();
  }

  private static String askUnix(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return ask(channel, "X-User: me");
    }
  }

  private static String ask(SocketChannel channel, String field) throws IOException {
    String request = "GET /name HTTP/1.1\r\nHost: e2e.example\r\nConnection: close\r\n";
    channel.write(
        ByteBuffer.wrap((request + field + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
    byte[] answer = Channels.newInputStream(channel).readAllBytes();
    return new String(answer, StandardCharsets.US_ASCII);
  }

  @Test
  void an_old_process_that_is_killed_on_the_way_leaves_the_new_one_what_it_has() throws Exception {
    write(site("", ""));
    Launched old = run();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      write(
          site("", "")
              + "  late: {health: {http: /, interval: 3s, timeout: 3s}, servers: [\"127.0.0.1:"
              + silent.getLocalPort()
              + "\"]}\n");
      Launched next = start("--take-over");
      next.awaitOutput("serving revision 1");
      old.signal("KILL");
      // Whom it has accepted at its very end is reset.
      assertThat(old.exitCode()).isNotZero();
      try (HttpClient waiting = new HttpClient(port)) {
        assertThat(waiting.get("/").status()).isEqualTo(200);
      }
      next.awaitOutput("going on with what it has handed over");
      next.awaitOutput("took over: 1 listening addresses");
      Launched.await(() -> Web.get("http://127.0.0.1:" + adminPort + "/readyz").startsWith("200 "));
    }
  }

  @Test
  void an_address_may_become_wider_and_narrower_at_a_take_over() throws Exception {
    write(site("", ""));
    Launched narrow = run();
    // The old process follows the file, too, and then closes what is idle at the former address.
    try (Load brief = new Load(port).brief(4, "/", BODY)) {
      awaitMore(brief);
      write(site(":" + port, ""));
      Launched wide = run("--take-over");
      assertThat(narrow.exitCode()).isZero();
      awaitMore(brief);
      write(site("", ""));
      run("--take-over");
      assertThat(wide.exitCode()).isZero();
      awaitMore(brief);
      brief.stop();
      assertThat(brief.told()).isEmpty();
    }
  }

  @Test
  void a_node_that_drains_does_not_hand_over() throws Exception {
    write(site("", ""));
    Launched old = run();
    try (HttpClient downloading = new HttpClient(port)) {
      downloading.send("/download");
      begun.await();
      old.signal("TERM");
      old.awaitOutput("draining");
      Launched next = start("--take-over");
      assertThat(next.exitCode()).isEqualTo(1);
      assertThat(next.output()).contains("does not hand over: it is draining");
      mayFinish.countDown();
      assertThat(downloading.response().body()).hasSize(DOWNLOAD_BYTES);
    }
    assertThat(old.exitCode()).isZero();
  }

  @Test
  void without_a_process_to_take_over_from_it_is_a_start_like_any_other() throws Exception {
    write(site("", ""));
    Launched only = run("--take-over");
    assertThat(only.output()).contains("nothing to take over");
    assertThat(Web.get("http://127.0.0.1:" + port + "/")).isEqualTo("200 served");
  }

  // ---- processes

  private Launched run(String... options) throws IOException {
    Launched process = start(options);
    process.awaitOutput("admin API on");
    Launched.await(() -> Web.get("http://127.0.0.1:" + adminPort + "/readyz").startsWith("200 "));
    return process;
  }

  private Launched start(String... options) throws IOException {
    return keep(
        Launched.with(
            Stream.of(Stream.of("run"), Stream.of(options), Stream.of(file.toString()))
                .flatMap(part -> part)
                .toArray(String[]::new)));
  }

  private Launched keep(Launched process) {
    processes.add(process);
    return process;
  }

  private void write(String yaml) throws IOException {
    Path next = dir.resolve("next");
    Files.writeString(next, yaml);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private String server(int index) {
    return "127.0.0.1:" + servers.get(index).getAddress().getPort();
  }

  /** With a pool that has a session table; further pools may be appended. */
  private String site(String address, String pools) {
    String at = address.isEmpty() ? "127.0.0.1:" + port : address;
    String echo = pools.contains("echo:") ? "{path: /echo, pool: echo}, " : "";
    return """
    listeners: {web: {address: "%s", access-log: none, routes: [%s{pool: app}]}}
    admin: {address: "127.0.0.1:%d"}
    pools:
      app: {health: {tcp: true, interval: 200ms}, servers: ["%s", "%s"]}
    """
            .formatted(at, echo, adminPort, server(0), server(1))
        + pools;
  }
}
