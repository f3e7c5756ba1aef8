package io.steelyard.config;

import io.steelyard.config.StatusSet.Range;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Spelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP status codes, and ranges of them. */
final class StatusText {
  private static final Pattern RANGE = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");
  private static final String EXPECTED = "a status from 100 to 599 or a range such as 200-399";
  private static final int RANGES_MAX = 32;

  private static final Scalar<Range> ONE =
      new Scalar<>(EXPECTED, true, StatusText::parse, StatusText::write, schema());

  static final ListOf<Range> TYPE = new ListOf<>("status", ONE, 1, RANGES_MAX);

  private StatusText() {}

  private static Parsed<Range> parse(String text) {
    Matcher m = RANGE.matcher(text);
    if (!m.matches()) {
      return Parsed.bad("expected " + EXPECTED + ", found '" + Spelling.quotable(text) + "'");
    }
    int first = Integer.parseInt(m.group(1));
    int last = m.group(2) == null ? first : Integer.parseInt(m.group(2));
    return first <= last
        ? Parsed.good(new Range(first, last))
        : Parsed.bad("expected a range from low to high, found '" + text + "'");
  }

  private static Object write(Range range) {
    return range.first() == range.last() ? range.first() : range.first() + "-" + range.last();
  }

  private static Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("integer", "string"));
    schema.put("minimum", 100);
    schema.put("maximum", 599);
    schema.put("pattern", "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$");
    return schema;
  }
}
