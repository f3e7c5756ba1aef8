package io.steelyard.config;

import io.steelyard.config.bind.Either;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code hsts} of a listener (RFC 6797): just an age, or a mapping; becomes the field's value. */
final class HstsSection {
  private static final Pattern AGE = Pattern.compile("([0-9]{1,4})([smhdy])");
  private static final long DAY_S = 86_400;
  private static final long YEAR_S = 365 * DAY_S;
  private static final long MAX_S = 10 * YEAR_S;
  private static final String EXPECTED = "an age such as 1y, 180d or 1h, of 10y at most";

  private static final Scalar<Long> AGE_TYPE =
      Scalars.text(EXPECTED, AGE.pattern(), HstsSection::age);

  static final Option<Long> MAX_AGE =
      Option.required("max-age", AGE_TYPE, "How long clients ask over TLS only.");
  static final Option<Boolean> INCLUDE_SUBDOMAINS =
      Option.of(
          "include-subdomains", Scalars.truth(), false, "Whether this holds for names below, too.");
  static final Option<Boolean> PRELOAD =
      Option.of(
          "preload", Scalars.truth(), false, "Whether browsers may have it in their own lists.");

  static final Section<String> SECTION =
      Section.of(
              f -> value(f.get(MAX_AGE), f.get(INCLUDE_SUBDOMAINS), f.get(PRELOAD)),
              MAX_AGE,
              INCLUDE_SUBDOMAINS,
              PRELOAD)
          .checked(HstsSection::check);

  static final Either<String> TYPE =
      new Either<>(Scalars.text(EXPECTED, AGE.pattern(), HstsSection::brief), SECTION);

  private HstsSection() {}

  private static Parsed<String> brief(String text) {
    Parsed<Long> age = age(text);
    return age instanceof Parsed.Good<Long>(Long seconds)
        ? Parsed.good(value(seconds, false, false))
        : Parsed.bad(((Parsed.Bad<Long>) age).message());
  }

  private static Parsed<Long> age(String text) {
    Matcher m = AGE.matcher(text);
    long seconds = m.matches() ? Long.parseLong(m.group(1)) * unit(m.group(2)) : MAX_S + 1;
    return seconds <= MAX_S
        ? Parsed.good(seconds)
        : Parsed.bad("expected " + EXPECTED + ", found '" + Spelling.quotable(text) + "'");
  }

  private static long unit(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3600;
      case "d" -> DAY_S;
      default -> YEAR_S;
    };
  }

  private static String value(long seconds, boolean subdomains, boolean preload) {
    return "max-age="
        + seconds
        + (subdomains ? "; includeSubDomains" : "")
        + (preload ? "; preload" : "");
  }

  /** What the lists of browsers ask for. */
  private static void check(Fields f) {
    if (!f.find(PRELOAD).orElse(false)) {
      return;
    }
    if (!f.find(INCLUDE_SUBDOMAINS).orElse(true)) {
      f.at(PRELOAD).problem("browsers take it only with 'include-subdomains: true'");
    }
    if (f.find(MAX_AGE).orElse(YEAR_S) < YEAR_S) {
      f.at(PRELOAD).problem("browsers take it only with a max-age of 1y or more");
    }
  }
}
