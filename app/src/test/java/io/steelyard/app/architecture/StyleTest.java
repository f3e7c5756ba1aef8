package io.steelyard.app.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What CONTRIBUTING.md asks of a source file and a machine can see. */
final class StyleTest {
  private static final int LINES_MAX = 650;

  /** Acronyms keep their capitals; words are not joined by them. */
  private static final Pattern CAMEL = Pattern.compile("[a-z][A-Z]");

  private static final Path HOUSE = Path.of("..").toAbsolutePath().normalize();

  /** A source file below the root of the repository. */
  private record Source(Path path, String text) {
    boolean isTest() {
      return path.toString().contains("src/test/");
    }
  }

  private static final List<Source> SOURCES = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> modules = Files.list(HOUSE)) {
      for (Path module : modules.filter(m -> Files.isDirectory(m.resolve("src"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src"))) {
          for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
            SOURCES.add(new Source(HOUSE.relativize(file), Files.readString(file)));
          }
        }
      }
    }
  }

  @Test
  void the_sources_are_found() {
    assertThat(SOURCES).hasSizeGreaterThan(50).anyMatch(Source::isTest);
  }

  @Test
  void no_file_is_longer_than_one_can_keep_in_mind() {
    assertThat(which(s -> s.text().lines().count() > LINES_MAX)).isEmpty();
  }

  @Test
  void tests_wait_for_conditions_and_never_sleep() {
    Pattern sleep = Pattern.compile("Thread\\s*\\.\\s*sleep|TimeUnit\\.[A-Z]+\\.sleep");
    assertThat(which(s -> s.isTest() && !isThis(s) && sleep.matcher(s.text()).find())).isEmpty();
  }

  @Test
  void no_test_is_switched_off() {
    assertThat(which(s -> s.isTest() && s.text().contains("@Disab" + "led"))).isEmpty();
  }

  @Test
  void test_names_are_sentences() {
    Pattern test = Pattern.compile("@(?:Test|ParameterizedTest)\\b[^;{]*?\\bvoid\\s+(\\w+)\\s*\\(");
    List<String> others = new ArrayList<>();
    for (Source source : SOURCES) {
      Matcher matcher = test.matcher(source.text());
      while (source.isTest() && !isThis(source) && matcher.find()) {
        String name = matcher.group(1);
        if (!name.contains("_") || CAMEL.matcher(name).find()) {
          others.add(source.path() + ": " + name);
        }
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void accessors_do_without_get() {
    Pattern getter = Pattern.compile("public [\\w<>\\[\\], ?]+ get[A-Z]\\w*\\(\\)\\s*\\{");
    Pattern override = Pattern.compile("@Override\\s+public [\\w<>\\[\\], ?]+ get[A-Z]");
    assertThat(
            which(s ->
                !s.isTest() && getter.matcher(override.matcher(s.text()).replaceAll("")).find()))
        .isEmpty();
  }

  @Test
  void nothing_is_left_to_do_in_the_code() {
    Pattern left = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    assertThat(which(s -> left.matcher(s.text()).find())).isEmpty();
  }

  private static List<String> which(Predicate<Source> faulty) {
    return SOURCES.stream().filter(faulty).map(s -> s.path().toString()).toList();
  }

  /** These tests spell out what they look for. */
  private static boolean isThis(Source source) {
    return source.path().toString().contains("/app/architecture/");
  }
}
