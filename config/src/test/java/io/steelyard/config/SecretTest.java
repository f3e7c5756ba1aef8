package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What nobody may see. */
final class SecretTest {
  @Test
  void secrets_are_equal_when_their_bytes_are() {
    assertThat(Secret.of("hunter2"))
        .isEqualTo(Secret.of("hunter2".getBytes(StandardCharsets.UTF_8)))
        .hasSameHashCodeAs(Secret.of("hunter2"))
        .isNotEqualTo(Secret.of("hunter3"))
        .isNotEqualTo("hunter2");
  }

  @Test
  void nothing_of_a_secret_is_printed() {
    assertThat(Secret.of("x")).hasToString(Secret.of("hunter2").toString());
  }

  @Test
  void nobody_changes_a_secret_through_its_bytes() {
    byte[] bytes = {1, 2};
    Secret secret = Secret.of(bytes);
    bytes[0] = 9;
    secret.bytes()[1] = 9;
    assertThat(secret.bytes()).containsExactly(1, 2);
  }

  @Test
  void an_empty_secret_is_none() {
    assertThatIllegalArgumentException().isThrownBy(() -> Secret.of(""));
  }
}
