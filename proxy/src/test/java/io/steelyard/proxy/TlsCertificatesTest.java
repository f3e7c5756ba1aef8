package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.ClientTrust;
import io.steelyard.core.snapshot.TlsTerms.Version;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import io.steelyard.testkit.TestAuthority;
import io.steelyard.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificate a listener shows, and what it makes of those that clients show. */
final class TlsCertificatesTest extends ProxyTest {
  private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

  /** What certificates are signed with; no handshake of TLS 1.3 is. */
  private static final String BY_THE_AUTHORITY = "rsa_pkcs1_sha256";

  @TempDir private Path dir;
  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(64);
  private TestAuthority authority;

  private TestCertificate issued(String keys, String subject) throws Exception {
    if (authority == null) {
      authority = TestAuthority.in(dir);
    }
    return authority.issue(
        Files.createTempDirectory(dir, "c").resolve("d"), keys, subject, "DNS:a.example");
  }

  private void serving(TlsTerms terms) throws Exception {
    setup.tls = Optional.of(terms);
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        heads.add(head);
        c.send(OK);
      }
    });
    start();
  }

  private TlsTerms plain() throws Exception {
    return new TlsTerms(
        List.of(TestTls.credential(issued(TestAuthority.EC, "/CN=a.example"))), Version.TLS_1_2);
  }

  private TlsTerms asking(TestAuthority believed, boolean required) throws Exception {
    return plain()
        .with(new ClientTrust(List.of(TestTls.certificate(believed.file())), required))
        .with(Setup.keys(1));
  }

  private Socket connected() throws IOException {
    InetSocketAddress at = (InetSocketAddress) proxy.address(setup.listenerName);
    return new Socket(at.getAddress(), at.getPort());
  }

  /** The head that the server gets of a request, with what the client says in it. */
  private String asked(SSLContext client, String version, String fields) throws Exception {
    SSLSocket socket = TestTls.over(client, connected(), version);
    Peer peer = keep(Peer.of(socket));
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    assertThat(peer.same(OK)).isEqualTo(OK);
    peer.close();
    return heads.poll(10, TimeUnit.SECONDS);
  }

  private static String certificateLine(TestCertificate made) throws Exception {
    return "Client-Cert: :%s:\r\n"
        .formatted(
            Base64.getEncoder().encodeToString(TestTls.certificate(made.file()).getEncoded()));
  }

  @Test
  void of_two_certificates_for_a_name_each_client_gets_the_one_that_it_understands()
      throws Exception {
    serving(
        new TlsTerms(
            List.of(
                TestTls.credential(issued(TestAuthority.RSA, "/CN=a.example")),
                TestTls.credential(issued(TestAuthority.EC, "/CN=a.example"))),
            Version.TLS_1_2));
    for (String[] each :
        new String[][] {{"EC", "ecdsa_secp256r1_sha256"}, {"RSA", "rsa_pss_rsae_sha256"}}) {
      SSLSocket socket = TestTls.signedBy(connected(), each[1], BY_THE_AUTHORITY);
      keep(Peer.of(socket));
      assertThat(socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm())
          .isEqualTo(each[0]);
    }
  }

  @Test
  void who_shows_a_certificate_is_made_known_to_the_server_also_when_a_session_is_resumed()
      throws Exception {
    TestCertificate shown = issued(TestAuthority.RSA, "/O=Caf\u00e9, Inc/CN=client");
    serving(asking(authority, true));
    byte[] der = TestTls.certificate(shown.file()).getEncoded();
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    for (int i = 0; i < VERSIONS.size(); i++) {
      SSLContext client = TestTls.context(shown);
      for (int resumed = 0; resumed < 2; resumed++) {
        assertThat(asked(client, VERSIONS.get(i), "client-cert: :forged:\r\n"))
            .contains("\r\nX-Client-Cert-SHA256: " + digest + "\r\n")
            .contains("\r\nX-Client-Cert-Subject: CN=client,O=Caf\\C3\\A9\\, Inc\r\n")
            .contains("\r\n" + certificateLine(shown))
            .doesNotContain("forged");
        assertThat(metric("steelyard_tls_handshakes", "resumed")).isEqualTo(i + resumed);
      }
    }
  }

  @Test
  void who_needs_a_certificate_is_refused_without_one_and_with_a_strangers() throws Exception {
    TestAuthority strange = TestAuthority.in(Files.createDirectory(dir.resolve("strange")));
    TestCertificate stranger =
        strange.issue(dir.resolve("s"), TestAuthority.EC, "/CN=a", "DNS:a.example");
    TestCertificate expired =
        TestAuthority.in(Files.createDirectory(dir.resolve("own")))
            .issue(dir.resolve("e"), TestAuthority.EC, "/CN=a", "DNS:a.example", -1);
    authority = TestAuthority.in(dir);
    serving(asking(authority, true));
    int refused = 0;
    for (String version : VERSIONS) {
      for (SSLContext client :
          List.of(TestTls.context(), TestTls.context(stranger), TestTls.context(expired))) {
        assertThatThrownBy(() -> asked(client, version, "")).isInstanceOf(IOException.class);
        int all = ++refused;
        eventually("counted", () -> metric("steelyard_tls_handshakes", "failed") == all);
      }
    }
    assertThat(heads).isEmpty();
  }

  @Test
  void who_may_do_without_a_certificate_is_served_and_cannot_claim_one() throws Exception {
    setup.trusted = new TrustedProxies(List.of(new Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
    TestCertificate shown = issued(TestAuthority.EC, "/CN=client");
    serving(asking(authority, false));
    String claims =
        "Client-Cert: :forged:\r\nClient_Cert: :forged:\r\nClient-Cert-Chain: :forged:\r\n"
            + "X-Client-Cert-Subject: forged\r\nx-client-cert-other: forged\r\n";
    assertThat(asked(TestTls.context(), "TLSv1.3", claims))
        .doesNotContain("forged", "Client-Cert", "Client_Cert", "X-Client-Cert");
    assertThat(asked(TestTls.context(shown), "TLSv1.3", claims))
        .contains("\r\nX-Client-Cert-Subject: CN=client\r\n")
        .doesNotContain("forged");
  }

  @Test
  void where_none_is_asked_for_only_trusted_proxies_tell_of_certificates() throws Exception {
    String claims = "Client-Cert: :told:\r\nX-Client-Cert-Subject: told\r\n";
    serving(plain());
    assertThat(asked(TestTls.context(), "TLSv1.3", claims)).doesNotContain("told");
    setup.trusted = new TrustedProxies(List.of(new Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
    proxy.publish(setup.snapshot());
    assertThat(asked(TestTls.context(), "TLSv1.3", claims))
        .contains("\r\nClient-Cert: :told:\r\n")
        .contains("\r\nX-Client-Cert-Subject: told\r\n");
  }

  @Test
  void a_session_that_began_where_nothing_is_asked_for_is_not_resumed_where_something_is()
      throws Exception {
    serving(plain().with(Setup.keys(1)));
    SSLContext client = TestTls.context();
    asked(client, "TLSv1.3", "");
    setup.tls = Optional.of(asking(authority, true));
    proxy.publish(setup.snapshot());
    assertThatThrownBy(() -> asked(client, "TLSv1.3", "")).isInstanceOf(IOException.class);
    assertThat(metric("steelyard_tls_handshakes", "resumed")).isZero();
  }
}
