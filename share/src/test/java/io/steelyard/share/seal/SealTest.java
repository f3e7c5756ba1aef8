package io.steelyard.share.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.session.Keyring;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SealTest {
  private static final long NOW_MS = 1_800_000_000_000L;
  private static final byte[] BEFORE = "rank".getBytes(StandardCharsets.US_ASCII);

  private static byte[] secret(char letter) {
    return String.valueOf(letter).repeat(32).getBytes(StandardCharsets.US_ASCII);
  }

  private static Seal seal(char... letters) {
    return new Seal(
        Keyring.of(new String(letters).chars().mapToObj(letter -> secret((char) letter)).toList()));
  }

  private static byte[] sealed(Seal seal, String about) {
    ByteBuffer plain = ByteBuffer.wrap("what is secret".getBytes(StandardCharsets.US_ASCII));
    return seal.seal(about, BEFORE, plain, NOW_MS);
  }

  private static String opened(Seal seal, String about, byte[] value) {
    return seal.open(about, BEFORE.length, value)
        .map(plain -> StandardCharsets.US_ASCII.decode(plain).toString())
        .orElse("");
  }

  @Test
  void what_was_sealed_opens_for_who_has_the_secret() {
    byte[] value = sealed(seal('a'), "key");
    assertThat(new String(value, StandardCharsets.ISO_8859_1))
        .startsWith("rank")
        .doesNotContain("secret");
    assertThat(opened(seal('a'), "key", value)).isEqualTo("what is secret");
    assertThat(opened(seal('b'), "key", value)).isEmpty();
  }

  @Test
  void it_opens_for_nothing_else_and_not_when_it_was_changed() {
    Seal seal = seal('a');
    byte[] value = sealed(seal, "key");
    assertThat(opened(seal, "another", value)).isEmpty();
    for (int i = 0; i < value.length; i++) {
      byte[] changed = value.clone();
      changed[i] ^= 1;
      assertThat(opened(seal, "key", changed)).as("byte %d", i).isEmpty();
    }
    assertThat(opened(seal, "key", new byte[3])).isEmpty();
  }

  @Test
  void the_secret_can_be_changed_with_an_overlap() {
    byte[] old = sealed(seal('a'), "key");
    byte[] fresh = sealed(seal('b', 'a'), "key");
    assertThat(opened(seal('b', 'a'), "key", old)).isNotEmpty();
    assertThat(opened(seal('a', 'b'), "key", fresh)).isNotEmpty();
    assertThat(opened(seal('b'), "key", fresh)).isNotEmpty();
    assertThat(opened(seal('a'), "key", fresh)).isEmpty();
  }

  @Test
  void no_two_are_the_same() {
    Seal seal = seal('a');
    assertThat(List.of(ByteBuffer.wrap(sealed(seal, "k")), ByteBuffer.wrap(sealed(seal, "k"))))
        .doesNotHaveDuplicates();
  }
}
