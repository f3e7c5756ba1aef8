package io.steelyard.config;

import java.util.ArrayList;
import java.util.List;
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
  private static final Pattern SECRET =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#@:]*:)([^/?#\\n]+)(@[^\\s/?#\"',}\\]]*)"
              + "|((?i:(?:proxy-)?authorization|cookie|x-[a-z-]*(?:token|key))[\"']?\\s*:\\s*)"
              + "([^\\n,}]+)()");

  private MaskedSecrets() {}

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
    return found.group(1) == null ? found.group(4) : found.group(1);
  }

  private static String value(MatchResult found) {
    return found.group(2) == null ? found.group(5) : found.group(2);
  }

  private static String behind(MatchResult found) {
    return found.group(3) == null ? "" : found.group(3);
  }
}
