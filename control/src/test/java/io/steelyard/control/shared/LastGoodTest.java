package io.steelyard.control.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.ConfigText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastGoodTest {
  private static final Edition EDITION =
      Edition.of(
          7,
          List.of(
              ConfigText.shared("store/config", "listeners: {}\n# \u00fc\n"),
              ConfigText.server("app", "b", "store/b", "10.0.0.1:80")),
          List.of(),
          List.of());

  @TempDir private Path dir;
  private Path file;
  private LastGood lastGood;

  @BeforeEach
  void create() {
    file = dir.resolve("site.yaml.last-good");
    lastGood = new LastGood(file);
  }

  @Test
  void what_is_kept_is_read_again() throws Exception {
    assertThat(lastGood.read()).isEmpty();
    lastGood.write(EDITION);
    assertThat(lastGood.read()).contains(EDITION);
    Edition next =
        Edition.of(8, List.of(ConfigText.shared("store/config", "")), List.of(), List.of());
    lastGood.write(next);
    assertThat(lastGood.read()).contains(next);
    try (var files = Files.list(dir)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void any_byte_that_is_another_one_is_noticed() throws Exception {
    lastGood.write(EDITION);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(file, bad);
      assertThatThrownBy(lastGood::read).as("byte " + i).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_file_that_ends_too_soon_is_noticed() throws Exception {
    lastGood.write(EDITION);
    byte[] good = Files.readAllBytes(file);
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(lastGood::read)
          .as(length + " bytes")
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void a_write_that_was_cut_off_leaves_what_was_there() throws Exception {
    lastGood.write(EDITION);
    Files.writeString(dir.resolve("site.yaml.last-good.new"), "half of");
    assertThat(lastGood.read()).contains(EDITION);
    lastGood.write(EDITION);
    assertThat(lastGood.read()).contains(EDITION);
  }
}
