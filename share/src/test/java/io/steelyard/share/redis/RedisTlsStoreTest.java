package io.steelyard.share.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.share.StoreSettings;
import io.steelyard.share.contract.StoreContract;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.UnavailableException;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import io.steelyard.testkit.TestCertificate;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

final class RedisTlsStoreTest extends StoreContract {
  private RealServer redis;
  private SSLContext trust;

  @Override
  protected List<RealServer> start() throws Exception {
    TestCertificate certificate = TestCertificate.in(dir, "IP:127.0.0.1");
    String cert = certificate.file().toString();
    trust = trusting(certificate.file());
    int port = FreePorts.any();
    // The last --port wins: none but the one with TLS.
    redis =
        RealServer.redis(
            dir,
            port,
            "--port",
            "0",
            "--tls-port",
            "" + port,
            "--tls-cert-file",
            cert,
            "--tls-key-file",
            certificate.key().toString(),
            "--tls-ca-cert-file",
            cert,
            "--tls-auth-clients",
            "no");
    return List.of(redis);
  }

  @Test
  void an_authority_that_is_named_is_believed() throws Exception {
    X509Certificate ca;
    try (InputStream in = Files.newInputStream(dir.resolve("cert.pem"))) {
      ca = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    String url = "rediss://" + redis.address();
    StoreSettings settings =
        new StoreSettings(url, "", Optional.empty(), Optional.empty(), List.of(ca));
    try (Store store = settings.open()) {
      Eventually.holds("it answers", () -> !store.content().isBlank());
    }
  }

  private static SSLContext trusting(Path cert) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(cert)) {
      store.setCertificateEntry(
          "redis", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  @Override
  protected Store open(Duration timeout) {
    return RedisStore.open("rediss://" + redis.address(), null, null, timeout, trust);
  }

  @Override
  protected void flush() throws Exception {
    redis.cli("--tls", "--insecure", "flushall");
  }

  @Test
  void a_certificate_of_nobody_known_is_refused() {
    String url = "rediss://" + redis.address();
    try (Store store = RedisStore.open(url, null, null, PATIENT)) {
      assertThatThrownBy(store::content)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("certification path");
    }
  }

  @Test
  void a_certificate_for_another_name_is_refused() {
    String url = "rediss://localhost:" + redis.port();
    try (Store store = RedisStore.open(url, null, null, PATIENT, trust)) {
      assertThatThrownBy(store::content)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("localhost");
    }
  }
}
