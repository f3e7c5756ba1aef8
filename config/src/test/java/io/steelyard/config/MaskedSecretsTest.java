package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.bind.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MaskedSecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "headers:\n  Authorization: Digest a=1, response=s3cret\n  Host: shop",
        "headers:\n  Authorization: >-\n    Bearer\n    s3cret\n  Host: shop",
        "headers:\n  Authorization: # of the check\n    s3cret\n  Host: shop",
        "headers:\n  Authorization:\n    Digest a=1, response=s3cret\n  Host: shop",
        "headers: {Authorization: \"Digest a=1, response=s3cret\", Host: shop}",
        "headers: {'X-Api-Key': 'it''s, a s3cret', Host: shop}",
        "headers: {Authorization: Bearer s3cret, Host: shop}",
        "from: etcd://user:s3cret@10.0.0.1/x # Host: shop",
        "headers: {Private-Token: s3cret, Host: shop}",
        "headers:\n  X-Secret: |\n    s3cret\n  Host: shop\n",
        "headers:\n  ? apikey\n  : s3cret\n  Host: shop\n",
        "headers: {\"Auth\\x6frization\": s3cret, Host: shop}",
        "headers: {A: &a s3cret, X-Other: *a}\n# Host: shop\n",
        "a: &a s3cret\nheaders: {X-Other: *a}\n# Host: shop\n",
        "http: {path: '/h?api_key=s3cret&x=1&sig=s3cret&pass=s3cret'} # Host: shop\n",
        "http: {path: /h?access_token=s3cret} # Host: shop\n",
        "# Authorization: s3cret\nheaders: {Host: shop} # redis://u:s3cret@h\n",
        "from: \"redis://u:s3\\x63ret@h\" # Host: shop\n",
        "headers: {Authorization: s3cret\nHost: shop\n",
        "headers: {\uD83D\uDE00: s3cret, Host: shop}",
      })
  void a_secret_is_hidden_however_it_is_written_and_what_follows_is_not(String text) {
    String masked = MaskedSecrets.mask(text);
    assertThat(masked).doesNotContain("s3cret").contains("***", "Host: shop");
    assertThat(MaskedSecrets.unmask(masked, text)).contains(text);
    assertThat(Document.rough(masked).isPresent()).isEqualTo(Document.rough(text).isPresent());
    if (Document.rough(text).isPresent()) {
      // Not the very text that was shown: each secret is put in by itself.
      String edited = masked + (masked.endsWith("\n") ? "# edited" : "\n# edited");
      assertThat(MaskedSecrets.unmask(edited, text).orElseThrow())
          .satisfies(back -> assertThat(Document.rough(back)).isPresent())
          .contains("# edited")
          .doesNotContain("***");
      assertThat(MaskedSecrets.mask(MaskedSecrets.unmask(edited, text).orElseThrow()))
          .contains("***");
    }
  }

  @Test
  void a_parameter_is_no_other_places_even_if_it_is_called_the_same() {
    String former = "a: {path: /h?token=one}\nb: {path: /h?token=two}\n";
    assertThat(MaskedSecrets.unmask("c: {path: '/h?token=***'}\n", former)).isEmpty();
    assertThat(MaskedSecrets.unmask("b: {path: '/h?token=***'}\n", former))
        .hasValueSatisfying(text -> assertThat(text).contains("/h?token=two"));
    assertThat(MaskedSecrets.unmask("x: redis://u:***@h\n", "y: redis://u:p@h\n"))
        .hasValueSatisfying(text -> assertThat(text).contains("redis://u:p@h"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listeners:\n  web: {address: \":8080\", pool: app}\npools: {app: {}}",
        "sticky: {cookie: srv}\nhash-key: cookie:user\nlearn: {from: \"cookie:JSESSIONID\"}\n",
        "headers: {Host: shop, Accept: text/html}\npath: '/h?x=1'\n",
      })
  void what_is_no_secret_stays(String text) {
    assertThat(MaskedSecrets.mask(text)).isEqualTo(text);
  }

  private static String pool(String name, String secret) {
    return "  %s: {health: {http: {headers: {Authorization: %s}}}}%n".formatted(name, secret);
  }

  @Test
  void a_secret_is_put_in_where_it_stood_and_nowhere_else() {
    String former = "pools:\n" + pool("a", "Bearer one") + pool("b", "Bearer two");
    String mask = "\"***\"";
    assertThat(MaskedSecrets.unmask("pools:\n" + pool("b", mask), former))
        .contains("pools:\n" + pool("b", "Bearer two"));
    assertThat(MaskedSecrets.unmask("pools:\n" + pool("b", mask) + pool("a", mask), former))
        .contains("pools:\n" + pool("b", "Bearer two") + pool("a", "Bearer one"));
    assertThat(MaskedSecrets.unmask("pools:\n" + pool("c", mask), former)).isEmpty();
    assertThat(MaskedSecrets.unmask("pools:\n" + pool("a", "***") + pool("b", "x"), former))
        .contains("pools:\n" + pool("a", "Bearer one") + pool("b", "x"));
  }

  @Test
  void a_secret_over_several_lines_is_put_in_wherever_its_field_is_written() {
    String former = "p:\n  headers:\n    A: |\n      a \"b\"\n      c: d\n    Host: x\n";
    String changed = "p: {headers: {A: \"***\", Host: y}}\n";
    assertThat(MaskedSecrets.unmask(changed, former))
        .contains("p: {headers: {A: \"a \\\"b\\\"\\nc: d\\n\", Host: y}}\n");
  }
}
