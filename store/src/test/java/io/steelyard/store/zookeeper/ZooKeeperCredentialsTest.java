package io.steelyard.store.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.Address;
import io.steelyard.config.ClientTls;
import io.steelyard.config.FromConfig;
import io.steelyard.config.Identity;
import io.steelyard.config.Pem;
import io.steelyard.config.Secret;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.TestCertificate;
import io.steelyard.testkit.ZooKeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks and who answers, against a real ZooKeeper that takes TLS beside plain connections. */
final class ZooKeeperCredentialsTest {
  @TempDir private Path dir;
  private final int tlsPort = FreePorts.any();
  private ZooKeeper zookeeper;
  private TestCertificate made;
  private X509Certificate certificate;

  @BeforeEach
  void start() throws Exception {
    made = TestCertificate.in(dir, "DNS:localhost");
    start("none");
  }

  private void start(String clientAuth) throws Exception {
    certificate = Pem.certificates(Files.readAllBytes(made.file())).getFirst();
    Path both = dir.resolve("both.pem");
    Files.writeString(both, Files.readString(made.key()) + Files.readString(made.file()));
    zookeeper =
        ZooKeeper.start(
            dir.resolve("zookeeper-" + clientAuth),
            1,
            "secureClientPortAddress=127.0.0.1",
            "secureClientPort=" + tlsPort,
            "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
            "ssl.keyStore.location=" + both,
            "ssl.keyStore.type=PEM",
            "ssl.trustStore.location=" + made.file(),
            "ssl.trustStore.type=PEM",
            "ssl.clientAuth=" + clientAuth);
  }

  @AfterEach
  void stop() {
    zookeeper.close();
  }

  private KeyStore plain(String user, Optional<Secret> password) {
    int port = Integer.parseInt(zookeeper.endpoints().split(":", 2)[1]);
    return Stores.open(
        new FromConfig.Store(
            FromConfig.Kind.ZOOKEEPER,
            false,
            List.of(new Address.Tcp("127.0.0.1", port)),
            user,
            password,
            ClientTls.DEFAULT,
            "/site/"));
  }

  private KeyStore tls(String host, List<X509Certificate> ca) {
    return tls(host, ClientTls.believing(ca));
  }

  private KeyStore tls(String host, ClientTls client) {
    return ZooKeeperStore.of(
        new ZooKeeperOptions(
            List.of(host + ":" + tlsPort),
            "/site/",
            Optional.empty(),
            Optional.of(client),
            Duration.ofSeconds(3)));
  }

  @Test
  void what_a_user_writes_nobody_else_reads() throws Exception {
    try (KeyStore ours = plain("lb", Optional.of(Secret.of("geheim")));
        KeyStore wrong = plain("lb", Optional.of(Secret.of("falsch")));
        KeyStore nobody = plain("", Optional.empty());
        Raw raw = Raw.at(zookeeper.endpoints())) {
      assertThat(ours.write("pools/app/servers/a", "x", 0)).isTrue();
      assertThat(ours.read().value("pools/app/servers/a")).contains("x");
      KeyStore.Lease lease = ours.lease(Duration.ofSeconds(10));
      lease.write("nodes/lb1", "here");
      assertThat(ours.read().entries()).containsKey("nodes/lb1");
      assertThat(raw.isHidden("/site/nodes/lb1")).isTrue();
      lease.close();
      assertThatThrownBy(wrong::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("/site may not be read or written by user lb")
          .hasMessageNotContaining("falsch");
      assertThatThrownBy(() -> nobody.write("config", "x", 0))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("/site");
    }
  }

  @Test
  void over_tls_a_server_is_known_by_its_certificate_and_its_name() throws Exception {
    try (KeyStore store = tls("localhost", List.of(certificate))) {
      Eventually.holds("written", () -> store.write("config", "x", 0));
      KeyStore.Lease lease = store.lease(Duration.ofSeconds(10));
      lease.write("nodes/lb1", "here");
      assertThat(store.read().entries()).containsOnlyKeys("config", "nodes/lb1");
      lease.close();
    }
    try (KeyStore other = tls("127.0.0.1", List.of(certificate));
        KeyStore unknown = tls("localhost", List.of())) {
      assertThatThrownBy(other::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("127.0.0.1:" + tlsPort + " has a certificate for another host");
      assertThatThrownBy(unknown::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("has a certificate that none of those has signed");
    }
  }

  @Test
  void a_server_that_asks_for_certificates_is_shown_one() throws Exception {
    zookeeper.close();
    start("need");
    PrivateKey key = Pem.privateKey(Files.readAllBytes(made.key()), certificate.getPublicKey());
    Identity own = new Identity(List.of(certificate), key);
    try (KeyStore store = tls("localhost", new ClientTls(List.of(certificate), Optional.of(own)));
        KeyStore nobody = tls("localhost", List.of(certificate))) {
      Eventually.holds("written", () -> store.write("config", "x", 0));
      assertThat(store.read().value("config")).contains("x");
      assertThatThrownBy(nobody::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("will not speak TLS with this node");
    }
  }
}
