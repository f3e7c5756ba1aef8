package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The page on choosing an algorithm shows commands and what they print: it must be what they print
 * now. {@code -Dsteelyard.rewrite=true} writes it anew.
 */
final class BalancingPageTest {
  private static final Path PAGE = Path.of("../docs/balancing.md");
  private static final Pattern SHOWN =
      Pattern.compile("```console\n\\$ steelyard (.*)\n((?s:.*?))```\n");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @Test
  void what_the_page_shows_is_what_the_commands_print() throws IOException {
    String page = Files.readString(PAGE);
    String now = SHOWN.matcher(page).replaceAll(m -> Matcher.quoteReplacement(shown(m.group(1))));
    if (Boolean.getBoolean("steelyard.rewrite")) {
      Files.writeString(PAGE, now);
    }
    assertThat(SHOWN.matcher(page).results().map(MatchResult::group)).hasSizeGreaterThan(2);
    assertThat(page).isEqualTo(now);
  }

  private static String shown(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code = CommandLines.execute(print, print, words.toArray(String[]::new));
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(code).as(command + "\n" + text).isZero();
    return "```console\n$ steelyard " + command + "\n" + text + "```\n";
  }
}
