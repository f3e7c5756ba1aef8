package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.OneOrMore;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import io.steelyard.core.route.Conditions;
import io.steelyard.core.route.Conditions.Wanted;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a route asks beside host and prefix. */
final class RouteConditions {
  private static final int EACH_MAX = 16;
  private static final Pattern METHOD_PATTERN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");

  static final Option<String> EXACT =
      Option.of(
          "exact",
          Scalars.text(RouteSection.PATH_EXPECTED, RouteSection.PATH),
          "",
          "The whole path as it is sent, in place of a prefix.");
  static final Option<List<String>> METHOD =
      Option.of(
          "method",
          OneOrMore.of("method", methods(), EACH_MAX),
          List.of(),
          "Method of the request, or one of these.");
  static final Option<List<Wanted>> HEADER =
      Option.of(
          "header",
          new NamedTexts<>("header", FieldText.ASKED, FieldText.VALUE, true, EACH_MAX, Wanted::new),
          List.of(),
          "Header fields that the request has, each with this value; \"*\" is any.");
  static final Option<List<Wanted>> QUERY =
      Option.of(
          "query",
          new NamedTexts<>(
              "parameter", parameterName(), parameterValue(), false, EACH_MAX, Wanted::new),
          List.of(),
          "Parameters of the query, as they are sent, each with this value; \"*\" is any.");

  private RouteConditions() {}

  private static Scalar<String> methods() {
    return Scalars.text(
        "a method such as GET",
        METHOD_PATTERN.pattern(),
        text -> {
          String upper = text.toUpperCase(Locale.ROOT);
          boolean usual =
              List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS").contains(upper);
          if (!METHOD_PATTERN.matcher(text).matches()) {
            return Parsed.bad(
                "expected a method such as GET, found '%s'".formatted(Spelling.quotable(text)));
          }
          return usual && !upper.equals(text)
              ? Parsed.bad("methods know case: write '" + upper + "'")
              : Parsed.good(text);
        });
  }

  /** Percent-encoded, as a query has it: no blank, hash or ampersand. */
  private static Scalar<String> parameterName() {
    return Scalars.text(
        "a parameter's name as it is sent", Pattern.compile("[!\"$%'-<>-~]{1,256}"));
  }

  private static Scalar<String> parameterValue() {
    return Scalars.text("a parameter's value as it is sent", Pattern.compile("[!\"$%'-~]{0,256}"));
  }

  static Conditions build(Fields f) {
    Conditions conditions =
        new Conditions(f.get(EXACT), f.get(METHOD), f.get(HEADER), f.get(QUERY));
    return conditions.equals(Conditions.NONE) ? Conditions.NONE : conditions;
  }
}
