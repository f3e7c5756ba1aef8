package io.steelyard.control.load;

import io.steelyard.core.health.Wish;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One line of HAProxy's agent-check grammar (HAProxy configuration manual, {@code agent-check}):
 * words between blanks, tabs or commas, in any order and case; what follows {@code #} is a comment.
 *
 * <ul>
 *   <li>{@code 75%}: how much of its weight the server can take. As a load it is 1 - 0.75; above
 *       100% it is 0. With {@code 0%} it takes nothing new, as in drain.
 *   <li>{@code ready}, {@code drain}, {@code maint}: what the operator could wish, too.
 *   <li>{@code up}, {@code down}, {@code fail}, {@code failed}, {@code stopped}: whether it works.
 *   <li>{@code maxconn:30}: requests in flight at most, where the configuration has no lower limit;
 *       0 takes it back.
 * </ul>
 *
 * @param load 0 idle to 1 full
 * @param wish of ready, drain and maint the last one
 * @param works of up and down the last one
 * @param maxConnections as said
 */
record AgentReport(
    OptionalDouble load, Optional<Wish> wish, Optional<Boolean> works, OptionalInt maxConnections) {
  private static final String MAXCONN = "maxconn:";
  private static final int PERCENT_MAX = 10_000;

  /** Of a line without its end; one word that is not known makes it a broken one. */
  static AgentReport parse(String line) throws BrokenReport {
    int comment = line.indexOf('#');
    String said = comment < 0 ? line : line.substring(0, comment);
    AgentReport report =
        new AgentReport(
            OptionalDouble.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());
    boolean empty = true;
    for (String word : said.toLowerCase(Locale.ROOT).split("[ \t,]+", -1)) {
      if (!word.isEmpty()) {
        report = report.with(word);
        empty = false;
      }
    }
    if (empty) {
      throw new BrokenReport("nothing");
    }
    return report;
  }

  /** Whether it said a word that stands for a state. */
  boolean saysHowItIs() {
    return wish.isPresent() || works.isPresent();
  }

  /** Whether it said a percentage, and that is 0. */
  boolean takesNothing() {
    return load.isPresent() && load.getAsDouble() == 1;
  }

  private AgentReport with(String word) throws BrokenReport {
    return switch (word) {
      case "ready" -> new AgentReport(load, Optional.of(Wish.SERVE), works, maxConnections);
      case "drain" -> new AgentReport(load, Optional.of(Wish.DRAIN), works, maxConnections);
      case "maint" -> new AgentReport(load, Optional.of(Wish.MAINTENANCE), works, maxConnections);
      case "up" -> new AgentReport(load, wish, Optional.of(true), maxConnections);
      case "down", "fail", "failed", "stopped" ->
          new AgentReport(load, wish, Optional.of(false), maxConnections);
      default -> withNumber(word);
    };
  }

  private AgentReport withNumber(String word) throws BrokenReport {
    if (word.endsWith("%")) {
      int percent = number(word.substring(0, word.length() - 1), word, PERCENT_MAX);
      double free = Math.min(1, percent / 100.0);
      return new AgentReport(OptionalDouble.of(1 - free), wish, works, maxConnections);
    }
    if (word.startsWith(MAXCONN)) {
      int max = number(word.substring(MAXCONN.length()), word, Integer.MAX_VALUE);
      return new AgentReport(load, wish, works, OptionalInt.of(max));
    }
    throw new BrokenReport("'" + word + "'");
  }

  private static int number(String digits, String word, int max) throws BrokenReport {
    try {
      int value = Integer.parseInt(digits);
      if (value <= max && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new BrokenReport("'" + word + "'");
  }
}
