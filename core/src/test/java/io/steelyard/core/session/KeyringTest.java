package io.steelyard.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyringTest {
  private static byte[] secret(int fill) {
    byte[] secret = new byte[Keyring.SECRET_BYTES_MIN];
    Arrays.fill(secret, (byte) fill);
    return secret;
  }

  private final Keyring keys = Keyring.of(List.of(secret(1), secret(2)));

  @Test
  void a_derived_key_is_the_hmac_of_its_purpose() {
    // printf 'peers' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101...01
    assertThat(keys.derive(0, "peers"))
        .isEqualTo(
            HexFormat.of()
                .parseHex("af285b37e8fb7568daf879a73122fc8b2d2dd0c979faf29b0c8b7f231fe0c221"));
  }

  @Test
  void every_secret_and_every_purpose_has_a_key_of_its_own() {
    assertThat(
            List.of(
                HexFormat.of().formatHex(keys.derive(0, "a")),
                HexFormat.of().formatHex(keys.derive(0, "b")),
                HexFormat.of().formatHex(keys.derive(1, "a")),
                HexFormat.of().formatHex(keys.derive(1, "b"))))
        .doesNotHaveDuplicates()
        .allMatch(key -> key.length() == 64);
  }

  @Test
  void what_signs_for_a_purpose_has_its_derived_key() {
    byte[] word = "word".getBytes(StandardCharsets.UTF_8);
    assertThat(keys.signer(1, "a").doFinal(word)).isEqualTo(keys.signer(1, "a").doFinal(word));
    assertThat(keys.signer(1, "a").doFinal(word)).isNotEqualTo(keys.signer(1, "b").doFinal(word));
  }

  @Test
  void there_is_no_key_of_a_secret_that_is_not_there() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> keys.derive(2, "a"));
  }

  @Test
  void a_change_of_what_was_given_or_returned_changes_no_key() {
    byte[] given = secret(3);
    Keyring ring = Keyring.of(List.of(given));
    byte[] before = ring.derive(0, "a");
    given[0]++;
    byte[] returned = ring.derive(0, "a");
    returned[0]++;
    assertThat(ring.derive(0, "a")).isEqualTo(before);
  }

  @Test
  void short_secrets_and_too_many_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Keyring.of(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Keyring.of(List.of(new byte[31])));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keyring.of(Collections.nCopies(9, secret(1))));
  }

  @Test
  void its_version_is_that_of_its_secrets_in_whatever_order() {
    Keyring other = Keyring.of(List.of(secret(2), secret(1)));
    assertThat(Keyring.of(List.of(secret(1), secret(2))).version()).isEqualTo(other.version());
    assertThat(Keyring.of(List.of(secret(1))).version()).hasSize(12).isNotEqualTo(other.version());
  }

  @Test
  void it_prints_no_secret() {
    assertThat(keys).hasToString("2 secrets");
  }
}
