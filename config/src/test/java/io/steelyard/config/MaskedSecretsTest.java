package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

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
      })
  void a_secret_is_hidden_however_it_is_written_and_what_follows_is_not(String text) {
    String masked = MaskedSecrets.mask(text);
    assertThat(masked).doesNotContain("s3cret").contains("***", "Host: shop");
    assertThat(MaskedSecrets.unmask(masked, text)).contains(text);
  }

  @Test
  void what_is_no_secret_stays() {
    String text = "listeners:\n  web: {address: \":8080\", pool: app}\npools: {app: {}}";
    assertThat(MaskedSecrets.mask(text)).isEqualTo(text);
  }
}
