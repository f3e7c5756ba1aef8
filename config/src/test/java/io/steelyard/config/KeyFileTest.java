package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.steelyard.core.session.Keyring;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of secrets. */
class KeyFileTest {
  private static final String A = "0123456789abcdef0123456789abcdef";
  private static final String B = "fedcba9876543210fedcba9876543210";

  @TempDir Path dir;

  private Config parse(String keys) throws Exception {
    Files.writeString(dir.resolve("site.keys"), keys);
    Path file = dir.resolve("site.yaml");
    Files.writeString(
        file,
        "listeners: {web: {address: ':80', pool: app}}\npools: {app: {servers: [a:1]}}\n"
            + "state: {keys: site.keys}\n");
    return ConfigParser.parseFile(file);
  }

  private void refused(String keys, String why) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> parse(keys))
        .withMessageContaining(why)
        .withMessageContaining("openssl rand -hex 32");
  }

  private static Keyring ring(String... secrets) {
    return Keyring.of(
        List.of(secrets).stream().map(s -> s.getBytes(StandardCharsets.US_ASCII)).toList());
  }

  @Test
  void secrets_stand_in_lines_beside_the_configuration() throws Exception {
    Config config = parse("# ours\n" + A + "\n\n  " + B + "  \r\n");
    assertThat(config.state().keys()).contains(ring(A, B));
    assertThat(config.files()).containsExactly(dir.resolve("site.keys"));
    assertThat(config.toString()).doesNotContain(A).doesNotContain(B);
  }

  @Test
  void weak_missing_and_too_many_secrets_are_refused_without_being_shown() {
    refused("# nothing\n", "expected 1 to 8 secrets");
    refused((A + "\n").repeat(9), "found 9");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> parse(A + "\nhunter2\n"))
        .withMessageContaining("secret 2 in")
        .withMessageContaining("has 7 characters, expected 32 or more")
        .withMessageNotContaining("hunter2");
  }
}
