package io.steelyard.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What nobody gets to see of a text: passwords in URLs ({@code redis://user:***@host}), and what
 * header fields with credentials say. Rather too much than too little. Whoever changes such a text
 * gives it back with the mask, for which the secret is put in again.
 */
public final class MaskedSecrets {
  private static final String MASK = "***";

  /**
   * What stands before a secret, the secret, and what stands behind it. Of a URL all up to its last
   * '@', whatever somebody forgot to escape.
   */
  private static final String URL =
      "([A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#@:]*:)([^/?#\\n]+)(@[^\\s/?#\"',}\\]]*)";

  private static final String FIELD = "(?i:(?:proxy-)?authorization|cookie|x-[a-z-]*(?:token|key))";

  /** With a line of its own: all of the line, and lines that are further in, as YAML goes on. */
  private static final String LINE =
      "(?m:^)(?<line>(?<in>[ \\t]*)[\"']?"
          + FIELD
          + "[\"']?[ \\t]*:[ \\t]*(?:\\n\\k<in>[ \\t]+)?)"
          + "(?<rest>[^\\s{\\[][^\\n]*(?:\\n\\k<in>[ \\t]+[^\\n]*)*)";

  /** Between braces: up to the end of a quoted text, a comma or a brace. */
  private static final String AMONG_OTHERS =
      "(?<among>"
          + FIELD
          + "[\"']?\\s*:\\s*)"
          + "(?<item>\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\n]|'')*'|[^\\n,}]+)";

  private static final Pattern SECRET = Pattern.compile(URL + "|" + LINE + "|" + AMONG_OTHERS);
  private static final Pattern SECRET_FIELD = Pattern.compile(FIELD);

  private MaskedSecrets() {}

  /** Whether the value of a header field of that name is a secret. */
  static boolean isSecretField(String name) {
    return SECRET_FIELD.matcher(name).matches();
  }

  /** The text without secrets. */
  public static String mask(String text) {
    StringBuilder out = new StringBuilder();
    Matcher secret = SECRET.matcher(text);
    while (secret.find()) {
      secret.appendReplacement(
          out, Matcher.quoteReplacement(before(secret) + MASK + behind(secret)));
    }
    return secret.appendTail(out).toString();
  }

  /**
   * The text with the secrets that a former one has at the same places: the same user and hosts,
   * the same field; of several, one after the other.
   *
   * @return empty when a mask is left for which there is none
   */
  public static Optional<String> unmask(String text, String former) {
    List<MatchResult> known = new ArrayList<>(SECRET.matcher(former).results().toList());
    StringBuilder out = new StringBuilder();
    Matcher secret = SECRET.matcher(text);
    while (secret.find()) {
      String value = value(secret);
      Optional<MatchResult> same = known.stream().filter(k -> isSame(k, secret)).findFirst();
      if (value.strip().equals(MASK)) {
        if (same.isEmpty()) {
          return Optional.empty();
        }
        value = value(same.get());
      }
      same.ifPresent(known::remove);
      secret.appendReplacement(
          out, Matcher.quoteReplacement(before(secret) + value + behind(secret)));
    }
    return Optional.of(secret.appendTail(out).toString());
  }

  private static boolean isSame(MatchResult one, MatchResult other) {
    return before(one).equals(before(other)) && behind(one).equals(behind(other));
  }

  private static String before(MatchResult found) {
    return first(found.group(1), found.group("line"), found.group("among"));
  }

  private static String value(MatchResult found) {
    return first(found.group(2), found.group("rest"), found.group("item"));
  }

  private static String first(String... groups) {
    return Arrays.stream(groups).filter(Objects::nonNull).findFirst().orElseThrow();
  }

  private static String behind(MatchResult found) {
    return found.group(3) == null ? "" : found.group(3);
  }
}
