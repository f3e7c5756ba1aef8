package io.steelyard.app.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as options have them: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}. */
final class Durations {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

  private Durations() {}

  static Duration of(String option, Optional<String> given, String otherwise)
      throws UsageException {
    String text = given.orElse(otherwise);
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw new UsageException(option + " is a duration, as 500ms, 60s or 5m, not '" + text + "'");
    }
    long number = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
