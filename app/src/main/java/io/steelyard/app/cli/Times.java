package io.steelyard.app.cli;

import java.util.Map;
import java.util.regex.Pattern;

/** Times for people: to the second. */
final class Times {
  private static final Pattern FRACTION = Pattern.compile("\\.[0-9]+Z$");

  private Times() {}

  /** An instant that an answer holds; {@code otherwise} if it holds none. */
  static String of(Map<?, ?> answer, String key, String otherwise) {
    Object at = answer.get(key);
    return at == null ? otherwise : FRACTION.matcher(at.toString()).replaceFirst("Z");
  }
}
