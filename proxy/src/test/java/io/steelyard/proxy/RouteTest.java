package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.explain.Door;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.route.AccessRule;
import io.steelyard.core.route.AccessRule.Block;
import io.steelyard.core.route.Action;
import io.steelyard.core.route.Action.Redirect;
import io.steelyard.core.route.Action.Respond;
import io.steelyard.core.route.Conditions;
import io.steelyard.core.route.Conditions.Wanted;
import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.HeaderChanges.Field;
import io.steelyard.core.route.Route;
import io.steelyard.core.route.Target;
import io.steelyard.core.route.Treatment;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TrustedProxies;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What routes ask of requests, and what they do with them. */
final class RouteTest extends ProxyTest {
  private static final AccessRule NOT_LOOPBACK =
      new AccessRule(List.of(), List.of(new Block(InetAddress.ofLiteral("127.0.0.0"), 8)));
  private static final Route ALL = new Route("", "", 0);

  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(64);

  private static Route doing(String path, Action action) {
    return new Route("", path, Conditions.NONE, Treatment.NONE, action);
  }

  private static Route treating(String path, Treatment treatment) {
    return new Route("", path, Conditions.NONE, treatment, Action.pool(0));
  }

  private static Route redirecting(String path, String to) {
    return doing(path, new Redirect(Target.of(to), 308));
  }

  private void recording(String response) throws Exception {
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        heads.add(head);
        c.send(response);
      }
    });
  }

  private static String get(String target, String... fields) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: shop.example:81\r\n"
        + String.join("", fields)
        + "\r\n";
  }

  private static String location(String answer) {
    return answer.replaceAll("(?s).*\r\nLocation: ([^\r]*)\r\n.*", "$1");
  }

  /** The buffer that was taken for the head had not been given back. */
  @Test
  void a_response_whose_head_does_not_fit_with_the_route_s_fields_is_broken_off_and_leaks_nothing()
      throws Exception {
    List<Field> fields =
        IntStream.range(0, 4).mapToObj(i -> new Field("X-A" + i, "a".repeat(1000))).toList();
    HeaderChanges response = new HeaderChanges(fields, List.of(), List.of());
    setup.routes =
        List.of(
            treating(
                "",
                new Treatment(AccessRule.NONE, Optional.empty(), HeaderChanges.NONE, response)));
    String large = "X-Large: " + "b".repeat(15_000) + "\r\n";
    recording("HTTP/1.1 200 OK\r\n" + large + "Content-Length: 2\r\n\r\nok");
    start();
    assertThat(client().send(get("/")).rest()).isEqualTo("<reset>");
    assertThat(client().send(get("/")).rest()).isEqualTo("<reset>");
  }

  @Test
  void a_route_takes_only_what_all_its_conditions_hold_for() throws Exception {
    Conditions canary =
        new Conditions(
            "/x",
            List.of("GET", "HEAD"),
            List.of(new Wanted("X-Canary", "yes")),
            List.of(new Wanted("v", "2")));
    setup.routes =
        List.of(
            new Route("", "", canary, Treatment.NONE, new Respond(200, "text/plain", "canary")),
            ALL);
    answering(OK);
    start();
    Peer client = client();
    assertThat(client.send(get("/x?v=2", "x-canary: no\r\n", "x-canary:  yes \r\n")).message())
        .endsWith("\r\n\r\ncanary");
    for (String other :
        List.of(
            get("/x?v=2"),
            get("/x?v=2", "X-Canary: yess\r\n"),
            get("/x?v=1", "X-Canary: yes\r\n"),
            get("/x/?v=2", "X-Canary: yes\r\n"),
            get("/x?v=2", "X-Canary: yes\r\n").replace("GET", "PUT"))) {
      assertThat(client.send(other).same(OK)).as(other).isEqualTo(OK);
    }
  }

  @Test
  void a_redirect_keeps_path_and_query_and_the_connection() throws Exception {
    setup.routes =
        List.of(redirecting("/old/", "/new{rest}"), redirecting("", "https://{host}:8443{path}"));
    ScriptedServer server = answering(OK);
    start();
    Peer client = client();
    String answer = client.send(get("/a/%0d%0ab\"<\\>?c=d")).message();
    assertThat(answer)
        .startsWith("HTTP/1.1 308 Permanent Redirect\r\n")
        .endsWith("\r\n\r\n308 Permanent Redirect\n");
    assertThat(location(answer)).isEqualTo("https://shop.example:8443/a/%0d%0ab%22%3C%5C%3E?c=d");
    assertThat(location(client.send(get("/old/x?y")).message())).isEqualTo("/new/x?y");
    assertThat(location(client.send(get("/old//evil.example")).message()))
        .isEqualTo("/new//evil.example");
    assertThat(location(client.send(get("http://b.example")).message()))
        .isEqualTo("https://b.example:8443/");
    assertThat(location(client.send(get("http://b.example?q")).message()))
        .isEqualTo("https://b.example:8443/?q");
    client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(location(client.message())).isEqualTo("https://h:8443/");
    assertThat(server.connections()).isZero();
  }

  @Test
  void a_redirect_that_cannot_be_written_is_refused() throws Exception {
    setup.routes = List.of(redirecting("", "https://{host}{path}"));
    start();
    assertThat(client().send("GET / HTTP/1.0\r\n\r\n").rest()).startsWith("HTTP/1.1 400 ");
    assertThat(client().send(get("/" + "\"".repeat(3000))).message()).startsWith("HTTP/1.1 414 ");
  }

  @Test
  void an_answer_of_a_route_is_whole_and_the_connection_goes_on() throws Exception {
    String body = "0123456789abcdef".repeat(Respond.BODY_BYTES_MAX / 16);
    setup.routes =
        List.of(
            doing("/none", new Respond(204, "", "")),
            new Route(
                "",
                "",
                Conditions.NONE,
                new Treatment(
                    AccessRule.NONE,
                    Optional.empty(),
                    HeaderChanges.NONE,
                    new HeaderChanges(List.of(new Field("X-A", "1")), List.of(), List.of())),
                new Respond(403, "text/html", body)));
    start();
    Peer client = client();
    for (int i = 0; i < 20; i++) {
      String answer = client.send(get("/")).message();
      assertThat(answer)
          .startsWith("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n")
          .contains("\r\nX-A: 1\r\n");
      assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(body);
    }
    client.send(get("/").replace("GET", "HEAD"));
    assertThat(client.head()).contains("\r\nContent-Length: " + body.length() + "\r\n");
    client.send(get("/none"));
    assertThat(client.head()).startsWith("HTTP/1.1 204 ").doesNotContain("Content-");
    client.send("GET /none HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assertThat(client.head()).contains("\r\nConnection: keep-alive\r\n");
    assertThat(metric("steelyard_requests", "code", "403", "pool", "")).isEqualTo(21);
  }

  @Test
  void a_request_s_body_is_never_taken_for_the_next_request() throws Exception {
    setup.routes = List.of(doing("", new Respond(200, "text/plain", "ok")));
    start();
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + GET.length() + "\r\n\r\n";
    Peer whole = client().send(post + GET + GET);
    assertThat(whole.message()).endsWith("ok").doesNotContain("Connection: close");
    assertThat(whole.message()).endsWith("ok");
    Peer partial = client().send(post + GET.substring(0, 5));
    assertThat(partial.rest()).contains("\r\nConnection: close\r\n").containsOnlyOnce("HTTP/1.1");
    Peer chunked =
        client().send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + GET);
    assertThat(chunked.rest()).contains("\r\nConnection: close\r\n").containsOnlyOnce("HTTP/1.1");
  }

  @Test
  void fields_and_path_change_on_the_way_to_the_server_and_back() throws Exception {
    HeaderChanges request =
        new HeaderChanges(
            List.of(new Field("Host", "inner"), new Field("X-A", "set")),
            List.of(new Field("X-B", "added")),
            List.of("Cookie"));
    HeaderChanges response =
        new HeaderChanges(List.of(new Field("Server", "ours")), List.of(), List.of("X-Powered-By"));
    setup.routes =
        List.of(
            treating(
                "/api/", new Treatment(AccessRule.NONE, Optional.of("/v2/"), request, response)));
    recording(
        "HTTP/1.1 200 OK\r\nServer: theirs\r\nX-Powered-By: y\r\nContent-Length: 2\r\n\r\nok");
    start();
    Peer client = client();
    for (int i = 0; i < 2; i++) {
      client.send(get("/api/x?q", "x-a: 1\r\nX-A: 2\r\nX-B: own\r\nCookie: c=1\r\n"));
      assertThat(client.message())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: ours\r\n\r\nok");
      assertThat(heads.take())
          .startsWith("GET /v2/x?q HTTP/1.1\r\n")
          .contains("\r\nHost: inner\r\n", "\r\nX-A: set\r\n", "\r\nX-B: own\r\n")
          .contains("\r\nX-B: added\r\n", "\r\nX-Forwarded-Host: shop.example:81\r\n")
          .doesNotContain("Cookie", "X-A: 1", "X-A: 2", "x-a", "Host: shop.example:81\r\nX-B");
    }
  }

  @Test
  void clients_that_are_denied_are_refused_and_counted() throws Exception {
    setup.routes =
        List.of(
            treating(
                "/inner",
                new Treatment(
                    NOT_LOOPBACK, Optional.empty(), HeaderChanges.NONE, HeaderChanges.NONE)),
            ALL);
    ScriptedServer server = answering(OK);
    start();
    Peer client = client();
    assertThat(client.send(get("/inner")).message()).startsWith("HTTP/1.1 403 Forbidden\r\n");
    assertThat(server.connections()).isZero();
    assertThat(client.send(get("/")).same(OK)).isEqualTo(OK);
    assertThat(metric("steelyard_requests", "code", "403")).isEqualTo(1);
  }

  @Test
  void who_is_behind_a_trusted_proxy_is_the_client() throws Exception {
    setup.trusted =
        new TrustedProxies(
            List.of(new TrustedProxies.Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
    setup.policy =
        new ListenerPolicy(
            new AccessRule(List.of(new Block(InetAddress.ofLiteral("192.0.2.0"), 24)), List.of()),
            "");
    answering(OK);
    start();
    Peer client = client();
    for (String served : List.of("192.0.2.7", "6.6.6.6, 192.0.2.7", "192.0.2.7, 127.0.0.5")) {
      assertThat(client.send(get("/", "X-Forwarded-For: " + served + "\r\n")).same(OK))
          .as(served)
          .isEqualTo(OK);
    }
    for (String denied :
        List.of("6.6.6.6", "192.0.2.7, 6.6.6.6", "192.0.2.7, unknown", "1", "192.0.2.7,")) {
      assertThat(client.send(get("/", "X-Forwarded-For: " + denied + "\r\n")).message())
          .as(denied)
          .startsWith("HTTP/1.1 403 ");
    }
    assertThat(client.send(get("/")).message()).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void pools_share_requests_by_weight() throws Exception {
    setup.routes =
        List.of(
            doing("", new Action.Pools(List.of(new Action.Share(0, 3), new Action.Share(1, 1)))));
    ScriptedServer one = answering(OK);
    ScriptedServer other = keep(ScriptedServer.answering(OK.replace("ok", "no")));
    proxy = Proxy.start(new ProxyOptions(1, Optional.of(transport)));
    proxy.bind(List.of(setup.listener()));
    var members = List.copyOf(setup.servers);
    setup.servers.clear();
    setup.server("other", other.address(), 1, 0);
    proxy.publish(
        setup.snapshot(
            List.of(setup.listener()),
            List.of(setup.pool("app", members), setup.pool("canary", setup.servers))));
    Peer client = client();
    int canary = 0;
    for (int i = 0; i < 400; i++) {
      canary += client.send(GET).message().endsWith("no") ? 1 : 0;
    }
    assertThat(one.connections()).isPositive();
    assertThat(canary).isBetween(50, 150);
  }

  @Test
  void what_would_become_of_a_request_is_explained_by_the_same_routes() throws Exception {
    Conditions posts = new Conditions("", List.of("POST"), List.of(), List.of());
    setup.routes =
        List.of(
            redirecting("/old", "https://{host}/new{rest}"),
            treating(
                "/inner",
                new Treatment(
                    NOT_LOOPBACK, Optional.empty(), HeaderChanges.NONE, HeaderChanges.NONE)),
            new Route("", "", posts, Treatment.NONE, new Respond(405, "", "")),
            ALL);
    answering(OK);
    start();
    assertThat(explained(get("/old/x")).status()).isEqualTo(308);
    assertThat(explained(get("/old/x")).cause()).endsWith(" to https://shop.example/new/x");
    assertThat(explained(get("/inner")).status()).isEqualTo(403);
    assertThat(explained(get("/inner")).route()).isEqualTo(1);
    assertThat(explained(get("/").replace("GET", "POST")).status()).isEqualTo(405);
    assertThat(explained(get("/")).route()).isEqualTo(3);
    assertThat(explained(get("/")).pool()).isPresent();
  }

  private Routed explained(String head) throws Exception {
    Door door = new Door(Optional.empty(), Protocol.HTTP, false, Optional.empty(), -1);
    Inquiry inquiry = new Inquiry(door, InetAddress.getLoopbackAddress(), head);
    return proxy.explain(inquiry).orElseThrow();
  }
}
