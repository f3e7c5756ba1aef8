package io.steelyard.store.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.ClientTls;
import io.steelyard.config.Secret;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.TestCertificate;
import io.steelyard.testkit.consul.FakeConsul;
import io.steelyard.testkit.consul.FakeConsul.Canned;
import io.steelyard.testkit.consul.FakeConsulOptions;
import io.steelyard.testkit.consul.FakeConsulOptions.Token;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens, and TLS. */
final class ConsulAccessTest extends FakeConsulTest {
  private static final String ALL = "11111111-aaaa";
  private static final String READER = "22222222-bbbb";
  private static final String POOL = "33333333-cccc";

  @TempDir private Path dir;

  private FakeConsul guarded() throws Exception {
    FakeConsul consul =
        fake(
            FakeConsulOptions.DEFAULT.tokens(
                new Token(ALL, PREFIX, true),
                new Token(READER, PREFIX, false),
                new Token(POOL, PREFIX + "pools/", true)));
    consul.put("steelyard/config", "1");
    consul.put("steelyard/pools/app/servers/a", "10.0.0.1:80");
    return consul;
  }

  private ConsulStore client(FakeConsul consul, String token) {
    return client(token, List.of(), consul.url());
  }

  @Test
  void a_token_is_shown_with_every_request() throws Exception {
    ConsulStore store = client(guarded(), ALL);
    Tree tree = store.read();
    assertThat(store.write("config", "2", tree.version("config"))).isTrue();
    assertThat(store.awaitNewer(tree, SOON).value("config")).contains("2");
    try (var lease = store.lease(SOON)) {
      lease.write("nodes/lb1", "here");
      lease.renew();
    }
    assertThat(store.remove("config", store.read().version("config"))).isTrue();
  }

  /** A list is empty for whoever may read nothing of it: it looked like an empty store. */
  @Test
  void without_a_token_the_store_is_not_empty_but_closed() throws Exception {
    ConsulStore store = client(guarded());
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("wants a token (store.password)")
        .hasMessageContaining("Permission denied");
    assertThatThrownBy(() -> store.write("config", "2", 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("wants a token");
  }

  @Test
  void a_token_that_consul_does_not_know_is_refused_and_not_repeated() throws Exception {
    String wrong = "44444444-dddd";
    ConsulStore store = client(guarded(), wrong);
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("refuses the token: ACL not found")
        .hasMessageNotContaining(wrong);
    assertThat(store.toString()).doesNotContain(wrong);
    assertThat(
            new ConsulOptions(
                    List.of("http://h:1"),
                    PREFIX,
                    Optional.of(Secret.of(wrong)),
                    ClientTls.DEFAULT,
                    Duration.ofSeconds(1),
                    ConsulOptions.TTL_MIN)
                .toString())
        .doesNotContain(wrong);
  }

  @Test
  void a_token_that_only_reads_is_told_what_it_may_not() throws Exception {
    ConsulStore store = client(guarded(), READER);
    assertThat(store.read().entries()).hasSize(2);
    assertThatThrownBy(() -> store.write("config", "2", 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("lacks permission 'key:write' on \"steelyard/config\"");
    assertThatThrownBy(() -> store.lease(SOON))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("session:write");
  }

  /** What it may not see would seem to be removed. */
  @Test
  void a_token_that_reads_a_part_reads_nothing() throws Exception {
    ConsulStore store = client(guarded(), POOL);
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("may not read all keys below steelyard/");
  }

  @Test
  void a_token_that_can_be_none_is_not_sent_and_not_repeated() throws Exception {
    FakeConsul consul = guarded();
    ConsulStore store = client(consul, "one two\u0001");
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("characters that no token has")
        .hasMessageNotContaining("two");
    assertThat(consul.requests()).isZero();
  }

  @Test
  void an_answer_that_repeats_the_token_is_repeated_without_it_and_in_one_short_line()
      throws Exception {
    FakeConsul consul = fake();
    String text = "bad token " + ALL + "\r\n" + "x".repeat(1000);
    consul.answer(Optional.of(new Canned(403, Map.of(), text)));
    ConsulStore store = client(consul, ALL);
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("bad token *** xxx")
        .hasMessageNotContaining(ALL)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n"));
  }

  @Test
  void through_tls_it_is_believed_whom_the_given_certificates_have_signed() throws Exception {
    TestCertificate own =
        TestCertificate.in(Files.createDirectory(dir.resolve("own")), "IP:127.0.0.1");
    TestCertificate other =
        TestCertificate.in(Files.createDirectory(dir.resolve("other")), "IP:127.0.0.1");
    FakeConsul consul = fake(FakeConsulOptions.DEFAULT.tls(own));
    ConsulStore store = client("", List.of(certificate(other), certificate(own)), consul.url());
    assertThat(store.write("config", "1", 0)).isTrue();
    assertThat(store.read().value("config")).contains("1");
    for (List<X509Certificate> ca :
        List.of(List.<X509Certificate>of(), List.of(certificate(other)))) {
      ConsulStore wary = client("", ca, consul.url());
      assertThatThrownBy(wary::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("store.ca")
          .hasMessageContaining("PKIX path");
    }
  }

  private static X509Certificate certificate(TestCertificate certificate) throws Exception {
    try (InputStream in = Files.newInputStream(certificate.file())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
