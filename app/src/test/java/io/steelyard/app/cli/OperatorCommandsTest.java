package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.app.node.Node;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.ProxyOptions;
import io.steelyard.testkit.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The operator's commands against a node that runs. */
@Timeout(60)
final class OperatorCommandsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private HttpServer server;
  private Node node;
  private int port;
  private int adminPort;

  @BeforeEach
  void serve() throws IOException, ConfigException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked.countDown();
          await(answer);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    port = FreePorts.any();
    adminPort = FreePorts.any();
    node = Node.start(new ProxyOptions(1, Optional.of("epoll")), "1");
    assertThat(node.apply(ConfigParser.parse("test", yaml()))).isInstanceOf(Outcome.Applied.class);
    node.open();
  }

  @AfterEach
  void stop() {
    answer.countDown();
    node.close();
    server.stop(0);
  }

  private String yaml() {
    int b = server.getAddress().getPort();
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: app}]}}
    pools: {app: {servers: [{name: b, address: "127.0.0.1:%d"}]}}
    admin: {address: "127.0.0.1:%d"}
    """
        .formatted(port, b, adminPort);
  }

  @Test
  void a_drain_waits_until_nothing_is_in_flight_and_says_how_many_are_left() throws Exception {
    Thread client = Thread.startVirtualThread(() -> Web.get("http://127.0.0.1:" + port + "/"));
    asked.await();
    AtomicInteger code = new AtomicInteger(-1);
    Thread drain =
        Thread.startVirtualThread(() -> code.set(run("drain", "app/b", "--wait", "--timeout=50s")));
    Launched.await(() -> out().contains("app/b: drain, 1 in flight\n1 in flight\n"));
    assertThat(code.get()).isEqualTo(-1);
    answer.countDown();
    drain.join();
    assertThat(code.get()).isZero();
    client.join();
  }

  @Test
  void a_wait_that_takes_too_long_fails_but_the_wish_stays() throws Exception {
    Thread client = Thread.startVirtualThread(() -> Web.get("http://127.0.0.1:" + port + "/"));
    asked.await();
    assertThat(run("drain", "app/b", "--wait", "--timeout", "1ms")).isEqualTo(1);
    assertThat(err()).contains("steelyard drain: still 1 in flight after 1 ms");
    assertThat(run("pools")).isZero();
    assertThat(out()).contains("pool app (round-robin)", "drain");
    answer.countDown();
    client.join();
  }

  @Test
  void what_is_wished_is_seen_everywhere_and_taken_back() {
    assertThat(run("maintain", "app/b", "--json")).isZero();
    assertThat(out()).startsWith("{\"name\":\"b\"").contains("\"wish\":\"maintenance\"");
    assertThat(run("pools", "app")).isZero();
    assertThat(out()).contains("maintenance");
    assertThat(run("status")).isZero();
    assertThat(run("serve", "app/b")).isZero();
    assertThat(out()).contains("app/b: ").contains("0 in flight");
    assertThat(run("pools", "--json")).isZero();
    assertThat(out()).contains("{\"pools\":[{\"name\":\"app\"", "\"wish\":\"serve\"");
  }

  @Test
  void events_are_listed_for_people_and_for_machines() {
    run("drain", "app/b");
    assertThat(run("events")).isZero();
    assertThat(out())
        .contains("configured")
        .contains("wish             pool app server b is to drain");
    out.reset();
    assertThat(run("events", "--json")).isZero();
    assertThat(out().lines()).allMatch(l -> l.startsWith("{\"sequence\":") && l.endsWith("}"));
    assertThat(out()).contains("\"kind\":\"wish\",\"pool\":\"app\",\"server\":\"b\"");
  }

  @Test
  void events_are_followed_until_the_node_is_gone() throws Exception {
    AtomicInteger code = new AtomicInteger(-1);
    Thread follower = Thread.startVirtualThread(() -> code.set(run("events", "--follow")));
    Launched.await(() -> out().contains("configured"));
    CommandLines.execute(
        new PrintStream(new ByteArrayOutputStream(), true),
        new PrintStream(err, true),
        "drain",
        "app/b",
        "--admin",
        admin());
    Launched.await(() -> out().contains("pool app server b is to drain"));
    node.close();
    follower.join();
    assertThat(code.get()).isEqualTo(1);
    assertThat(err()).contains("steelyard events: no answer from " + admin());
  }

  @Test
  void a_server_that_is_not_there_is_refused_in_the_nodes_words() {
    assertThat(run("drain", "app/c")).isEqualTo(1);
    assertThat(err()).isEqualTo("steelyard drain: There is no server c in pool app.\n");
    err.reset();
    assertThat(run("pools", "shop")).isEqualTo(1);
    assertThat(err()).isEqualTo("steelyard pools: There is no pool shop.\n");
  }

  @Test
  void wrong_usage_is_told_before_anything_is_asked() {
    assertThat(run("drain")).isEqualTo(2);
    assertThat(run("drain", "b")).isEqualTo(2);
    assertThat(err()).contains("POOL/SERVER");
    assertThat(run("drain", "app/b", "--timeout", "5s")).isEqualTo(2);
    assertThat(run("drain", "app/b", "--wait", "--timeout", "soon")).isEqualTo(2);
    assertThat(run("serve", "app/b", "--wait")).isEqualTo(2);
    assertThat(out()).isEmpty();
  }

  private void sticky(String means) throws ConfigException {
    String yaml = yaml().replace("{servers:", "{sticky: {" + means + "}, servers:");
    assertThat(node.apply(ConfigParser.parse("test", yaml))).isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void a_drain_that_leaves_sessions_says_how_the_rest_moves() throws Exception {
    sticky("source: true");
    answer.countDown();
    Web.get("http://127.0.0.1:" + port + "/");
    assertThat(run("drain", "app/b", "--wait", "--timeout", "1ms")).isEqualTo(1);
    assertThat(err()).contains("1 sessions after 1 ms; steelyard maintain app/b moves the rest");
  }

  @Test
  void sessions_of_no_server_are_an_error_and_those_of_cookies_remembered_nowhere()
      throws Exception {
    sticky("cookie: srv");
    assertThat(run("sessions", "app")).isZero();
    assertThat(out()).contains("remembered nowhere").doesNotContain("SERVER");
    assertThat(run("sessions", "app/zz", "--clear")).isEqualTo(1);
    assertThat(err()).isEqualTo("steelyard sessions: There is no server zz in pool app.\n");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int run(String... args) {
    String[] all = Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--admin";
    all[args.length + 1] = admin();
    return CommandLines.execute(new PrintStream(out, true), new PrintStream(err, true), all);
  }

  private String admin() {
    return "http://127.0.0.1:" + adminPort;
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
