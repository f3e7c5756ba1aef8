package io.steelyard.config.bind;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scalars that any configuration needs. */
public final class Scalars {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})%");
  private static final Pattern SHARE = Pattern.compile("0\\.[0-9]{1,2}");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)");

  private Scalars() {}

  private static <T> Parsed<T> unexpected(String expected, String text) {
    return Parsed.bad("expected " + expected + ", found '" + Spelling.quotable(text) + "'");
  }

  /** A text that matches. */
  public static Scalar<String> text(String expected, Pattern pattern) {
    return text(
        expected,
        pattern.pattern(),
        t -> pattern.matcher(t).matches() ? Parsed.good(t) : unexpected(expected, t));
  }

  /** A text with a reader of its own; {@code pattern} is for editors only. */
  public static <T> Scalar<T> text(
      String expected, String pattern, Function<String, Parsed<T>> reader) {
    return new Scalar<>(
        expected,
        true,
        reader,
        String::valueOf,
        Schema.of("type", "string", "pattern", "^(" + pattern + ")$"));
  }

  /** A whole number, both bounds included. */
  public static Scalar<Integer> wholeNumber(int min, int max) {
    String expected = "a whole number from " + min + " to " + max;
    return new Scalar<>(
        expected,
        false,
        text -> {
          long number = INTEGER.matcher(text).matches() ? Long.parseLong(text) : Long.MIN_VALUE;
          return number >= min && number <= max
              ? Parsed.good((int) number)
              : unexpected(expected, text);
        },
        number -> number,
        Schema.of("type", "integer", "minimum", min, "maximum", max));
  }

  /** A number with or without a decimal point, both bounds included. */
  public static Scalar<Double> number(double min, double max) {
    String expected = "a number from %s to %s".formatted(plain(min), plain(max));
    return new Scalar<>(
        expected,
        false,
        text -> {
          double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
          return number >= min && number <= max ? Parsed.good(number) : unexpected(expected, text);
        },
        Scalars::plain,
        Schema.of("type", "number", "minimum", plain(min), "maximum", plain(max)));
  }

  /** Without a fraction of zero. */
  private static Number plain(double number) {
    long whole = (long) number;
    if (whole == number) {
      return whole;
    }
    return number;
  }

  /** A share, 0 to 1, written as a whole number of hundredths with '%'; both bounds included. */
  public static Scalar<Double> percentage(int minPercent, int maxPercent) {
    String expected = "a percentage from %d%% to %d%%".formatted(minPercent, maxPercent);
    return new Scalar<>(
        expected,
        true,
        text -> {
          Matcher m = PERCENT.matcher(text);
          if (!m.matches()) {
            return Parsed.bad(noPercentage(expected, text));
          }
          int percent = Integer.parseInt(m.group(1));
          return percent >= minPercent && percent <= maxPercent
              ? Parsed.good(percent / 100.0)
              : unexpected(expected, text);
        },
        share -> Math.round(share * 100) + "%",
        Schema.of("type", "string", "pattern", "^[0-9]{1,3}%$"));
  }

  private static String noPercentage(String expected, String text) {
    String found = "expected " + expected + ", found '" + Spelling.quotable(text) + "': ";
    if (SHARE.matcher(text).matches()) {
      return found + "write '" + Math.round(Double.parseDouble(text) * 100) + "%'";
    }
    return found
        + (text.matches("[0-9]{1,3}")
            ? "write '" + text + "%'"
            : "a percentage is a whole number with '%'");
  }

  /** {@code true} or {@code false}. */
  public static Scalar<Boolean> truth() {
    String expected = "true or false";
    return new Scalar<>(
        expected,
        false,
        text ->
            switch (text) {
              case "true" -> Parsed.good(true);
              case "false" -> Parsed.good(false);
              default -> unexpected(expected, text);
            },
        truth -> truth,
        Map.of("type", "boolean"));
  }

  /** {@code true}, where only that makes sense. */
  public static Scalar<Boolean> justTrue() {
    return new Scalar<>(
        "true",
        false,
        text -> text.equals("true") ? Parsed.good(true) : unexpected("true", text),
        truth -> truth,
        Map.of("const", true));
  }

  /** A number with the unit ms, s, m or h; both bounds included. */
  public static Scalar<Duration> duration(Duration min, Duration max) {
    String expected = "a duration from " + write(min) + " to " + write(max);
    return new Scalar<>(
        expected,
        true,
        text -> {
          Matcher m = DURATION.matcher(text);
          if (!m.matches()) {
            return Parsed.bad(noDuration(expected, text));
          }
          Duration d = millis(Long.parseLong(m.group(1)), m.group(2));
          return d.compareTo(min) >= 0 && d.compareTo(max) <= 0
              ? Parsed.good(d)
              : unexpected(expected, text);
        },
        Scalars::write,
        Schema.of("type", "string", "pattern", "^[0-9]+(ms|s|m|h)$"));
  }

  private static String noDuration(String expected, String text) {
    String found = "expected " + expected + ", found '" + Spelling.quotable(text) + "': ";
    return found
        + (INTEGER.matcher(text).matches() && !text.startsWith("-")
            ? "give it a unit, '%ss' or '%sms'".formatted(text, text)
            : "a duration is a whole number with one of the units ms, s, m, h");
  }

  private static Duration millis(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  /** A duration as it is written in a file, in the largest unit that holds it exactly. */
  public static String write(Duration duration) {
    long ms = duration.toMillis();
    if (ms == 0) {
      return "0s";
    }
    if (ms % 3_600_000 == 0) {
      return ms / 3_600_000 + "h";
    }
    if (ms % 60_000 == 0) {
      return ms / 60_000 + "m";
    }
    return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
  }

  /** A duration of a second or more, or 0 for none. */
  public static Scalar<Duration> secondsOrNone(Duration max) {
    Scalar<Duration> any = duration(Duration.ZERO, max);
    String expected = "0s or a duration from 1s to " + write(max);
    return new Scalar<>(
        expected,
        any.quotable(),
        text -> {
          boolean tooShort =
              any.reader().apply(text) instanceof Parsed.Good<Duration>(Duration d)
                  && !d.isZero()
                  && d.toSeconds() == 0;
          return tooShort
              ? Parsed.bad("expected %s, found '%s'".formatted(expected, text))
              : any.reader().apply(text);
        },
        any.writer(),
        any.schema());
  }

  /** A number of bytes with the unit B, KiB, MiB or GiB; both bounds included. */
  public static Scalar<Integer> size(int minBytes, int maxBytes) {
    String expected = "a size from " + writeSize(minBytes) + " to " + writeSize(maxBytes);
    return new Scalar<>(
        expected,
        true,
        text -> {
          Matcher m = SIZE.matcher(text);
          if (!m.matches()) {
            return Parsed.bad(noSize(expected, text));
          }
          BigInteger bytes = new BigInteger(m.group(1)).shiftLeft(shift(m.group(2)));
          return bytes.compareTo(BigInteger.valueOf(minBytes)) >= 0
                  && bytes.compareTo(BigInteger.valueOf(maxBytes)) <= 0
              ? Parsed.good(bytes.intValue())
              : unexpected(expected, text);
        },
        Scalars::writeSize,
        Schema.of("type", "string", "pattern", "^[0-9]+(B|KiB|MiB|GiB)$"));
  }

  private static String noSize(String expected, String text) {
    String found = "expected " + expected + ", found '" + Spelling.quotable(text) + "': ";
    return found
        + (INTEGER.matcher(text).matches() && !text.startsWith("-")
            ? "give it a unit, '%sB' or '%sKiB'".formatted(text, text)
            : "a size is a whole number with one of the units B, KiB, MiB, GiB");
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "B" -> 0;
      case "KiB" -> 10;
      case "MiB" -> 20;
      default -> 30;
    };
  }

  private static String writeSize(int bytes) {
    if (bytes > 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes > 0 && bytes % 1024 == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
  }

  /**
   * One of some words.
   *
   * @param choices what each word means; the first word of equal meanings is the one that is
   *     written
   * @param later words that are documented for a later version
   */
  public static <T> Scalar<T> choice(SequencedMap<String, T> choices, List<String> later) {
    String expected = "one of " + String.join(", ", choices.keySet());
    List<String> all = new ArrayList<>(choices.keySet());
    all.addAll(later);
    return new Scalar<>(
        expected,
        true,
        text -> {
          T value = choices.get(text);
          if (value != null) {
            return Parsed.good(value);
          }
          return later.contains(text)
              ? Parsed.bad("'" + text + "' is not available in this version; " + expected)
              : Parsed.bad(
                  "expected %s, found '%s'%s"
                      .formatted(expected, Spelling.quotable(text), Spelling.hint(text, all)));
        },
        value -> word(choices, value),
        Map.of("enum", List.copyOf(choices.keySet())));
  }

  private static <T> String word(Map<String, T> choices, T value) {
    return choices.entrySet().stream()
        .filter(e -> e.getValue().equals(value))
        .findFirst()
        .orElseThrow()
        .getKey();
  }
}
