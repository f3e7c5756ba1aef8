package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid texts, damaged at random: each is read or refused, nothing else ever happens. */
final class ConfigParserFuzzTest {
  private static final int ROUNDS = 4000;
  private static final List<String> PIECES =
      List.of(
          "[",
          "]",
          "{",
          "}",
          ":",
          ": ",
          ",",
          "&a ",
          "*a",
          "!",
          "!!int ",
          "|\n",
          ">-\n",
          "'",
          "\"",
          "%YAML 1.2\n",
          "@",
          "`",
          "#",
          "?",
          "? ",
          "- ",
          "-",
          "\n",
          "\t",
          "  ",
          "\u0000",
          "\uFEFF",
          "\uD800",
          "\uD83D\uDE00",
          "\u0085",
          "\u2028",
          "\\",
          "\\x",
          "---\n",
          "...\n",
          "<<: ",
          "~",
          "null",
          "0x1F",
          "1e9",
          "-1",
          "99999999999999999999",
          "2s",
          "true",
          "unix:/",
          "[::1]:1");

  private final List<String> valid = examples();

  private static List<String> examples() {
    try (Stream<Path> files = Files.list(Path.of("..", "docs", "examples"))) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void a_damaged_text_is_read_or_refused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = valid.get(random.nextInt(valid.size()));
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        text = damage(text, random);
      }
      refused += refused(text) ? 1 : 0;
    }
    // Both ends are reached, or the damage is of no use.
    assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 100);
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7})
  void damaged_bytes_are_read_or_refused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = valid.get(random.nextInt(valid.size())).getBytes(StandardCharsets.UTF_8);
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(ConfigParser.parse("f", bytes)).isNotNull();
      } catch (ConfigException e) {
        assertThat(e.errors()).isNotEmpty();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ": " + Arrays.toString(bytes), e);
      }
    }
  }

  private static boolean refused(String text) {
    try {
      assertThat(ConfigParser.parse("f", text)).isEqualTo(ConfigParser.parse("f", text));
      return false;
    } catch (ConfigException e) {
      long lines = text.split("\r\n|[\n\r\u0085\u2028\u2029]", -1).length;
      assertThat(e.errors())
          .isNotEmpty()
          .isSortedAccordingTo(
              Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column))
          .allSatisfy(error -> {
            assertThat((long) error.line()).as(text).isBetween(1L, lines);
            assertThat(error.column()).isPositive();
            assertThat(error.message()).isNotBlank().doesNotContain("\n");
          });
      return true;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("text: " + text, e);
    }
  }

  private String damage(String text, SplittableRandom random) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(12));
    String before = text.substring(0, from);
    return switch (random.nextInt(5)) {
      case 0 -> before + text.substring(to);
      case 1 -> before + piece(random) + text.substring(from);
      case 2 -> before + piece(random) + text.substring(to);
      case 3 -> swapLines(text, random);
      default -> splice(before, text.substring(to), random);
    };
  }

  private static String piece(SplittableRandom random) {
    return PIECES.get(random.nextInt(PIECES.size())).repeat(random.nextInt(20) == 0 ? 500 : 1);
  }

  private static String swapLines(String text, SplittableRandom random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return text;
    }
    Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
    return String.join("\n", lines) + "\n";
  }

  private String splice(String before, String after, SplittableRandom random) {
    String other = valid.get(random.nextInt(valid.size()));
    int from = random.nextInt(other.length());
    return before + other.substring(from, Math.min(other.length(), from + 40)) + after;
  }
}
