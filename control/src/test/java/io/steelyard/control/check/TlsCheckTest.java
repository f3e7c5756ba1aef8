package io.steelyard.control.check;

import static io.steelyard.control.check.Checks.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.HealthConfig.Check.Tls;
import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import io.steelyard.testkit.TestCertificate;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsCheckTest {
  @Test
  void a_real_nginx_with_its_own_certificate_passes_only_unverified(@TempDir Path dir)
      throws Exception {
    try (RealServer nginx = withCertificate(dir)) {
      CheckResult any = check(nginx.socketAddress(), new Tls("shop.example", false));
      assertThat(any.text()).startsWith("shook hands in TLSv1.");
      assertThat(any.passed()).isTrue();
      CheckResult verified = check(nginx.socketAddress(), new Tls("shop.example", true));
      assertThat(verified.passed()).isFalse();
      assertThat(verified.text()).startsWith("handshake failed: ").contains("path");
    }
  }

  @Test
  void an_address_in_place_of_a_name_is_not_sent_as_one(@TempDir Path dir) throws Exception {
    try (RealServer nginx = withCertificate(dir)) {
      Question question =
          new Question(
              new Tls("", false),
              nginx.socketAddress(),
              "127.0.0.1:1",
              Duration.ofSeconds(10),
              ProxyProtocol.NONE);
      assertThat(new Checker(InstantSource.system()).check(question).passed()).isTrue();
      Question v6 =
          new Question(
              new Tls("", false),
              nginx.socketAddress(),
              "[::1]:1",
              Duration.ofSeconds(10),
              ProxyProtocol.NONE);
      assertThat(new Checker(InstantSource.system()).check(v6).passed()).isTrue();
    }
  }

  @Test
  void a_server_that_speaks_no_tls_fails() throws Exception {
    try (TinyServer server = TinyServer.tcp(null);
        ScriptedPeer plain = ScriptedPeer.saying("220 hello there\r\n")) {
      CheckResult result = check(plain.address(), new Tls("x.example", false));
      assertThat(result.passed()).isFalse();
      assertThat(result.text()).startsWith("handshake failed: ");
      CheckResult silent =
          check(server.address(), new Tls("x.example", false), Duration.ofMillis(50));
      assertThat(silent.passed()).isFalse();
    }
  }

  @Test
  void unix_sockets_are_told_apart(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("s");
    try (TinyServer server = TinyServer.unix(path, null)) {
      CheckResult result = check(server.address(), new Tls("x.example", false));
      assertThat(result.text()).contains("Unix socket");
    }
    assertThat(check(UnixDomainSocketAddress.of(path), new Tls("", false)).passed()).isFalse();
  }

  private static RealServer withCertificate(Path dir) throws IOException, InterruptedException {
    TestCertificate certificate = TestCertificate.in(dir, "DNS:shop.example");
    String block =
        """
        listen 127.0.0.1:%%d ssl;
        ssl_certificate %s;
        ssl_certificate_key %s;
        return 204;
        """
            .formatted(certificate.file(), certificate.key());
    return RealServer.nginx(dir, FreePorts.any(), block);
  }
}
