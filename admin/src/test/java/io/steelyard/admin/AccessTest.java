package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.AdminTls;
import io.steelyard.config.Pem;
import io.steelyard.config.Secret;
import io.steelyard.control.Event;
import io.steelyard.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, as curl finds out. */
final class AccessTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final String BEARER = "Authorization: Bearer " + TOKEN;
  private static final String SERVER = "/v1/pools/app%2Fx/servers/a";

  @TempDir Path folder;
  private final FakeNode node = new FakeNode();
  private AdminServer admin;

  @AfterEach
  void stop() {
    if (admin != null) {
      admin.close();
    }
  }

  private void serve(Access access) throws IOException {
    admin =
        AdminServer.bind(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new AdminHandler(node),
            access);
    admin.serve();
  }

  private static Access access(boolean token, AdminTls tls) throws IOException {
    return Access.of(
        new AdminConfig(
            new Address.Tcp("127.0.0.1", 7700),
            token ? Optional.of(Secret.of(TOKEN)) : Optional.empty(),
            Optional.ofNullable(tls),
            Optional.empty(),
            Optional.empty()));
  }

  private TestCertificate made(String name) throws IOException, InterruptedException {
    return TestCertificate.in(
        Files.createDirectories(folder.resolve(name)),
        name.equals("server") ? "IP:127.0.0.1" : "DNS:" + name);
  }

  private static AdminTls tls(TestCertificate own, TestCertificate... clients) throws Exception {
    var chain = Pem.certificates(Files.readAllBytes(own.file()));
    var key = Pem.privateKey(Files.readAllBytes(own.key()), chain.getFirst().getPublicKey());
    return new AdminTls(
        chain,
        key,
        clients.length == 0 ? List.of() : Pem.certificates(Files.readAllBytes(clients[0].file())));
  }

  private String url(String path) {
    String scheme = admin.access().encrypted() ? "https" : "http";
    return scheme + "://127.0.0.1:" + admin.address().getPort() + path;
  }

  private String curl(String path, String... options) throws Exception {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = url(path);
    return Asked.curl(all).text();
  }

  @Test
  void who_knows_the_token_may_ask_and_nobody_else() throws Exception {
    serve(access(true, null));
    assertThat(curl("/v1/status", "-H", BEARER)).startsWith("HTTP/1.1 200");
    assertThat(curl("/v1/status", "-H", "authorization: bearer  " + TOKEN)).contains(" 200 ");
    assertThat(curl("/v1/status"))
        .startsWith("HTTP/1.1 401")
        .containsIgnoringCase("WWW-Authenticate: Bearer")
        .contains("application/problem+json");
    for (String wrong : List.of("Bearer " + TOKEN + "x", "Bearer", "Basic " + TOKEN, TOKEN)) {
      assertThat(curl("/v1/status", "-H", "Authorization: " + wrong))
          .startsWith("HTTP/1.1 401")
          .contains("invalid_token");
    }
    assertThat(curl("/metrics", "-H", BEARER))
        .contains("steelyard_admin_refused_total{reason=\"no-token\"} 1")
        .contains("steelyard_admin_refused_total{reason=\"wrong-token\"} 4");
  }

  @Test
  void a_page_of_the_api_itself_may_change_something_over_tls_and_one_without_may_not()
      throws Exception {
    TestCertificate own = made("server");
    serve(access(true, tls(own)));
    String here = "https://127.0.0.1:" + admin.address().getPort();
    String[] change = {
      "--cacert", own.file().toString(), "-X", "DELETE", "-H", BEARER, "-H", "Origin: " + here
    };
    assertThat(curl("/v1/sessions", change)).doesNotContain(" 403 ").startsWith("HTTP/1.1 200");
    change[change.length - 1] = "Origin: " + here.replace("https", "http");
    assertThat(curl("/v1/sessions", change)).startsWith("HTTP/1.1 403");
  }

  @Test
  void probes_need_no_token_and_events_do() throws Exception {
    serve(access(true, null));
    assertThat(curl("/livez")).startsWith("HTTP/1.1 200");
    assertThat(curl("/readyz")).startsWith("HTTP/1.1 200");
    assertThat(curl("/v1/events")).startsWith("HTTP/1.1 401");
    assertThat(curl("/metrics")).startsWith("HTTP/1.1 401");
    assertThat(curl("/livez/../v1/status", "--path-as-is")).startsWith("HTTP/1.1 401");
  }

  @Test
  void with_a_token_any_host_will_do() throws Exception {
    serve(access(true, null));
    assertThat(curl("/v1/status", "-H", BEARER, "-H", "Host: lb1.example")).contains(" 200 ");
  }

  @Test
  void another_token_counts_from_its_reload_on() throws Exception {
    serve(access(true, null));
    admin.admit(Access.LOOPBACK);
    assertThat(curl("/v1/status")).startsWith("HTTP/1.1 200");
    admin.admit(access(true, null));
    assertThat(curl("/v1/status")).startsWith("HTTP/1.1 401");
  }

  @Test
  void a_change_without_the_token_is_refused_and_accounted_for_but_does_not_flood()
      throws Exception {
    serve(access(true, null));
    for (int i = 0; i < 5; i++) {
      assertThat(curl(SERVER, "-X", "PATCH", "-d", "{\"wish\":\"drain\"}")).contains(" 401 ");
    }
    List<Event> events = node.events.since(0);
    assertThat(events).isNotEmpty().hasSizeLessThan(5);
    assertThat(events.getFirst().kind()).isEqualTo(Event.Kind.AUDIT);
    assertThat(events.getFirst().text()).contains("refused (no-token)", "PATCH " + SERVER);
  }

  @Test
  void a_token_in_the_parameters_of_who_is_refused_is_written_nowhere() throws Exception {
    serve(access(true, null));
    String query = "?access_token=" + TOKEN;
    assertThat(curl(SERVER + query, "-X", "PATCH", "-d", "{}")).contains(" 401 ");
    assertThat(curl("/v1/sessions" + query, "-X", "DELETE", "-H", BEARER)).contains(" 400 ");
    assertThat(node.events.since(0))
        .hasSize(2)
        .allSatisfy(event -> assertThat(event.text()).doesNotContain(TOKEN))
        .anySatisfy(event -> assertThat(event.text()).contains("PATCH " + SERVER))
        .anySatisfy(event -> assertThat(event.text()).contains("DELETE /v1/sessions"));
  }

  @Test
  void an_address_of_IPv4_is_one_of_IPv4_alone() throws Exception {
    InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", 0);
    admin = AdminServer.bind(everywhere, new AdminHandler(node), access(true, null));
    admin.serve();
    assertThat(admin.address().getAddress()).isEqualTo(InetAddress.ofLiteral("0.0.0.0"));
    assertThat(curl("/livez")).startsWith("HTTP/1.1 200");
    String v6 = "http://[::1]:" + admin.address().getPort() + "/livez";
    assertThat(Asked.curl(v6).exit()).isNotZero();
  }

  @Test
  void nothing_is_served_beyond_the_loopback_to_whoever_comes() {
    InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", 0);
    assertThatThrownBy(
            () -> AdminServer.bind(everywhere, new AdminHandler(node), access(false, null)))
        .hasMessageContaining("without a token");
  }

  @Test
  void a_client_of_the_right_authority_may_ask_and_is_named() throws Exception {
    TestCertificate server = made("server");
    TestCertificate client = made("alice");
    TestCertificate stranger = made("mallory");
    serve(access(false, tls(server, client)));
    String ca = server.file().toString();
    String[] alice = {
      "--cacert", ca, "--cert", client.file().toString(), "--key", client.key().toString()
    };
    assertThat(curl("/v1/status", alice)).startsWith("HTTP/1.1 200");
    String[] patch = Arrays.copyOf(alice, alice.length + 6);
    List<String> json = List.of("-X", "PATCH", "-H", "Content-Type: application/json", "-d");
    for (int i = 0; i < json.size(); i++) {
      patch[alice.length + i] = json.get(i);
    }
    patch[patch.length - 1] = "{\"wish\":\"drain\"}";
    assertThat(curl(SERVER, patch)).startsWith("HTTP/1.1 200");
    assertThat(node.events.since(0).getLast().text()).startsWith("CN=alice from 127.0.0.1 port ");
    assertThat(Asked.curl("--cacert", ca, url("/v1/status")).exit()).isNotZero();
    Asked mallory =
        Asked.curl(
            "--cacert",
            ca,
            "--cert",
            stranger.file().toString(),
            "--key",
            stranger.key().toString(),
            url("/v1/status"));
    assertThat(mallory.exit()).isNotZero();
  }

  @Test
  void a_token_is_as_good_as_a_certificate_where_both_are_asked_for() throws Exception {
    TestCertificate server = made("server");
    TestCertificate client = made("alice");
    serve(access(true, tls(server, client)));
    String ca = server.file().toString();
    assertThat(curl("/v1/status", "--cacert", ca, "-H", BEARER)).startsWith("HTTP/1.1 200");
    assertThat(curl("/v1/status", "--cacert", ca)).startsWith("HTTP/1.1 401");
    assertThat(
            curl(
                "/v1/status",
                "--cacert",
                ca,
                "--cert",
                client.file().toString(),
                "--key",
                client.key().toString()))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void new_connections_get_the_new_certificate_and_old_protocols_get_none() throws Exception {
    TestCertificate first = made("server");
    serve(access(true, tls(first)));
    String ca = first.file().toString();
    assertThat(curl("/livez", "--cacert", ca, "--tlsv1.3")).startsWith("HTTP/1.1 200");
    assertThat(curl("/livez", "--cacert", ca, "--tls-max", "1.2")).startsWith("HTTP/1.1 200");
    assertThat(Asked.curl("--cacert", ca, "--tls-max", "1.1", url("/livez")).exit()).isNotZero();
    TestCertificate next =
        TestCertificate.in(Files.createDirectory(folder.resolve("n")), "IP:127.0.0.1");
    admin.admit(access(true, tls(next)));
    assertThat(Asked.curl("--cacert", ca, url("/livez")).exit()).isNotZero();
    assertThat(curl("/livez", "--cacert", next.file().toString())).startsWith("HTTP/1.1 200");
  }
}
