package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashTest {
  /** Known answers, computed with the reference implementation's {@code xxhsum -H64}. */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "abc, 44bc2cf5ad770999",
    "0123456789012345678901234567890, 8b80da128591b789",
    "01234567890123456789012345678901, e5cc9f411ea110ba",
    "'The quick brown fox jumps over the lazy dog, and then once more: 0123456789.',"
        + " ab0eb4a787349bfa",
  })
  void the_published_hash_is_computed(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Long.toHexString(Hash.of(bytes, 0, bytes.length, 0))).isEqualTo(expected);
  }
}
