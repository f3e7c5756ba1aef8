package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.AccessRule;
import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.Credential;
import io.steelyard.core.snapshot.TlsTerms.Version;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import io.steelyard.testkit.TestCertificate;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener that serves over TLS. */
final class TlsListenerTest extends ProxyTest {
  private static final int BODY_BYTES = 3 << 20;

  @TempDir private Path dir;
  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(64);

  private TlsTerms terms(String name) throws Exception {
    TestCertificate made =
        TestCertificate.in(Files.createDirectory(dir.resolve(name)), "DNS:" + name);
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(made.file())));
    String key = Files.readString(made.key()).replaceAll("-----[A-Z ]*-----|\\s", "");
    return new TlsTerms(
        List.of(
            new Credential(
                List.of(certificate),
                KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))))),
        Version.TLS_1_2);
  }

  private void serving() throws Exception {
    setup.tls = Optional.of(terms("a.example"));
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        heads.add(head);
        c.send(OK);
      }
    });
    start();
  }

  private static SSLSocket over(Socket socket, String... protocols) throws Exception {
    SSLContext context = TestTls.context();
    SSLSocket s =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "a.example", 443, true);
    SSLParameters parameters = s.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    s.setSSLParameters(parameters);
    s.startHandshake();
    return s;
  }

  private Socket connected() throws Exception {
    InetSocketAddress at = (InetSocketAddress) proxy.address(setup.listenerName);
    return new Socket(at.getAddress(), at.getPort());
  }

  private Peer tlsClient() throws Exception {
    return keep(Peer.of(over(connected())));
  }

  private String head() throws InterruptedException {
    return heads.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void requests_are_served_one_after_the_other_and_servers_hear_of_https() throws Exception {
    serving();
    Peer client = tlsClient();
    for (int i = 0; i < 3; i++) {
      assertThat(client.send(GET).same(OK)).isEqualTo(OK);
      assertThat(head()).contains("\r\nX-Forwarded-Proto: https\r\n");
    }
    client.send(GET + GET);
    assertThat(client.same(OK + OK)).isEqualTo(OK + OK);
    assertThat(metric("steelyard_tls_handshakes", "full")).isEqualTo(1);
  }

  @Test
  void long_bodies_go_both_ways() throws Exception {
    setup.tls = Optional.of(terms("a.example"));
    byte[] body = new byte[BODY_BYTES];
    new java.util.Random(1).nextBytes(body);
    server(c -> {
      c.head();
      byte[] got = c.bytes(BODY_BYTES);
      c.send("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
      c.send(got);
    });
    start();
    Peer client = tlsClient();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
    client.send(body);
    assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
    assertThat(client.bytes(BODY_BYTES)).isEqualTo(body);
  }

  @Test
  void a_tunnel_carries_bytes_both_ways_until_one_side_ends_it() throws Exception {
    setup.protocol = Protocol.TCP;
    setup.tls = Optional.of(terms("a.example"));
    server(c -> {
      c.send(c.bytes(BODY_BYTES));
      c.shutdownOutput();
    });
    start();
    byte[] body = new byte[BODY_BYTES];
    new java.util.Random(2).nextBytes(body);
    Peer client = tlsClient();
    client.send(body);
    assertThat(client.bytes(BODY_BYTES)).isEqualTo(body);
    assertThat(client.ended()).isTrue();
  }

  @Test
  void who_speaks_no_tls_is_refused_and_counted() throws Exception {
    serving();
    assertThat(client().send(GET).ended()).isTrue();
    eventually("it is counted", () -> metric("steelyard_tls_handshakes", "failed") == 1);
    assertThat(heads).isEmpty();
  }

  @Test
  void a_proxy_names_its_client_before_the_client_greets() throws Exception {
    setup.proxyProtocol =
        new TrustedProxies(List.of(new Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
    serving();
    Socket socket = connected();
    socket
        .getOutputStream()
        .write(
            ProxyHeader.of(
                    new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1234),
                    new InetSocketAddress(InetAddress.ofLiteral("198.51.100.1"), 443))
                .version2());
    Peer client = keep(Peer.of(over(socket)));
    assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    assertThat(head()).contains("\r\nX-Forwarded-For: 192.0.2.7\r\n");
  }

  @Test
  void another_certificate_is_for_new_clients_and_ends_no_connection() throws Exception {
    serving();
    Peer client = tlsClient();
    assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    setup.tls = Optional.of(terms("b.example"));
    proxy.publish(setup.snapshot());
    assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    SSLSocket next = over(connected());
    keep(Peer.of(next));
    X509Certificate shown = (X509Certificate) next.getSession().getPeerCertificates()[0];
    assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=b.example");
  }

  @Test
  void a_handshake_that_does_not_come_to_its_end_in_time_leaves_nothing() throws Exception {
    Duration s = Duration.ofMillis(300);
    setup.timeouts = new ListenerTimeouts(s, s, s, s);
    serving();
    // The beginning of a ClientHello, of 200 bytes.
    Peer client = client().send(new byte[] {22, 3, 1, 0, (byte) 200, 1, 0, 0, (byte) 196, 3, 3});
    eventually("it greets", () -> metric("steelyard_tls_connections") == 1);
    assertThat(client.rest()).isEqualTo("<reset>");
    eventually("it is let go of", () -> metric("steelyard_tls_connections") == 0);
    assertThat(metric("steelyard_tls_handshakes", "failed")).isEqualTo(1);
  }

  @Test
  void what_cannot_be_decrypted_ends_a_request_and_a_tunnel() throws Exception {
    for (Protocol protocol : List.of(Protocol.HTTP, Protocol.TCP)) {
      setup.listenerName = protocol.name();
      setup.protocol = protocol;
      setup.tls = Optional.of(terms(protocol.name().toLowerCase(Locale.ROOT)));
      if (proxy == null) {
        server(Peer::rest);
        start();
      } else {
        proxy.bind(List.of(setup.listener()));
        proxy.publish(setup.snapshot());
      }
      Socket socket = connected();
      keep(Peer.of(over(socket))).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      eventually("it is under way", () -> inFlight() == 1);
      socket.getOutputStream().write(new byte[] {23, 3, 3, 0, 40});
      socket.getOutputStream().write(new byte[40]);
      eventually("it has ended", () -> inFlight() == 0 && proxy.connections() == 0);
    }
  }

  @Test
  void over_a_tcp_listener_nothing_above_is_agreed_on() throws Exception {
    setup.protocol = Protocol.TCP;
    setup.tls = Optional.of(terms("a.example"));
    server(c -> c.send(c.text(4)));
    start();
    Peer client = keep(Peer.of(over(connected(), "imap")));
    assertThat(client.send("ping").text(4)).isEqualTo("ping");
  }

  @Test
  void every_answer_tells_clients_to_ask_over_tls_only() throws Exception {
    setup.policy = new ListenerPolicy(AccessRule.NONE, "max-age=60");
    setup.routes = List.of(new Route("", "/app", 0));
    setup.tls = Optional.of(terms("a.example"));
    answering(
        "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nok");
    start();
    Peer client = tlsClient();
    for (String path : List.of("/app", "/none", "/app")) {
      assertThat(client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").message())
          .containsOnlyOnce("Strict-Transport-Security: max-age=60\r\n")
          .doesNotContain("max-age=1\r\n");
    }
    assertThat(client.send("nonsense\r\n\r\n").rest())
        .contains("HTTP/1.1 400 ", "\r\nStrict-Transport-Security: max-age=60\r\n");
  }
}
