package io.steelyard.store.etcd;

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
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Etcd;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real etcd that speaks TLS with its clients. */
final class EtcdTlsTest {
  @TempDir private Path dir;

  private TestCertificate certificate(String name, String altName) throws Exception {
    return TestCertificate.in(Files.createDirectory(dir.resolve(name)), altName);
  }

  private static KeyStore open(Etcd etcd, TestCertificate believed) throws Exception {
    return open(etcd, ClientTls.believing(Pem.certificates(Files.readAllBytes(believed.file()))));
  }

  private static KeyStore open(Etcd etcd, TestCertificate believed, TestCertificate own)
      throws Exception {
    return open(etcd, showing(believed, own));
  }

  private static ClientTls showing(TestCertificate believed, TestCertificate own) throws Exception {
    List<X509Certificate> chain = Pem.certificates(Files.readAllBytes(own.file()));
    PrivateKey key = Pem.privateKey(Files.readAllBytes(own.key()), chain.getFirst().getPublicKey());
    return new ClientTls(
        Pem.certificates(Files.readAllBytes(believed.file())),
        Optional.of(new Identity(chain, key)));
  }

  private static KeyStore open(Etcd etcd, ClientTls client) {
    return open(etcd, client, "", Optional.empty());
  }

  private static KeyStore open(
      Etcd etcd, ClientTls client, String user, Optional<Secret> password) {
    String[] host = etcd.endpoints().split(":", 2);
    return Stores.open(
        new FromConfig.Store(
            FromConfig.Kind.ETCD,
            true,
            List.of(new Address.Tcp(host[0], Integer.parseInt(host[1]))),
            user,
            password,
            client,
            "/steelyard/"));
  }

  @Test
  void a_store_whose_authority_is_named_is_believed() throws Exception {
    TestCertificate good = certificate("good", "IP:127.0.0.1");
    try (Etcd etcd = Etcd.startTls(dir.resolve("etcd"), good);
        KeyStore store = open(etcd, good)) {
      Tree[] now = {new Tree(0, new TreeMap<>())};
      Eventually.holds(
          "it is read",
          () -> {
            now[0] = store.read();
            return true;
          });
      assertThat(store.write("config", "1", 0)).isTrue();
      assertThat(store.awaitNewer(now[0], Duration.ofSeconds(10)).value("config")).contains("1");
    }
  }

  @Test
  void a_store_that_asks_for_certificates_is_shown_one() throws Exception {
    TestCertificate good = certificate("good", "IP:127.0.0.1");
    TestCertificate elsewhere = certificate("elsewhere", "DNS:lb.example");
    try (Etcd etcd = Etcd.startTls(dir.resolve("etcd"), good, good);
        KeyStore store = open(etcd, good, good);
        KeyStore nobody = open(etcd, good);
        KeyStore stranger = open(etcd, good, elsewhere)) {
      assertThat(store.write("config", "1", 0)).isTrue();
      assertThat(store.read().value("config")).contains("1");
      for (KeyStore other : List.of(nobody, stranger)) {
        assertThatThrownBy(other::read)
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("will not speak TLS with this node")
            .hasMessageContaining("store: {certificate: FILE, key: FILE}");
      }
    }
  }

  /** It was asked whether that is etcd. */
  @Test
  void where_users_have_passwords_too_the_certificate_has_no_CN_or_it_is_told_why()
      throws Exception {
    TestCertificate named = certificate("named", "IP:127.0.0.1");
    Optional<Secret> password = Optional.of(Secret.of("secret"));
    try (Etcd etcd = Etcd.startTls(dir.resolve("etcd"), named, named)) {
      etcd.enableAuth("secret");
      try (KeyStore store = open(etcd, showing(named, named), "root", password)) {
        assertThatThrownBy(store::read)
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("takes no client certificate with a CN")
            .hasMessageContaining("/O=lb1");
      }
    }
    Path folder = Files.createDirectory(dir.resolve("nameless"));
    TestCertificate nameless = TestCertificate.in(folder, "IP:127.0.0.1", "/O=lb1");
    try (Etcd etcd = Etcd.startTls(dir.resolve("etcd2"), nameless, nameless)) {
      etcd.enableAuth("secret");
      try (KeyStore store = open(etcd, showing(nameless, nameless), "root", password)) {
        assertThat(store.write("config", "1", 0)).isTrue();
        assertThat(store.read().value("config")).contains("1");
      }
    }
  }

  @Test
  void a_store_of_another_authority_or_host_is_not() throws Exception {
    TestCertificate good = certificate("good", "IP:127.0.0.1");
    TestCertificate elsewhere = certificate("elsewhere", "DNS:etcd.example");
    try (Etcd etcd = Etcd.startTls(dir.resolve("etcd"), elsewhere);
        KeyStore other = open(etcd, good);
        KeyStore store = open(etcd, elsewhere)) {
      assertThatThrownBy(other::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("none of those has signed who are believed")
          .hasMessageContaining("store: {ca: FILE}");
      assertThatThrownBy(store::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("has a certificate for another host")
          .hasMessageContaining("127.0.0.1");
    }
  }
}
