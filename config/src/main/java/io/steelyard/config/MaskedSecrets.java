package io.steelyard.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passwords in the URLs of a text, which nobody gets to see: {@code redis://user:***@host}. Whoever
 * changes such a text gives it back with the mask, for which the password is put in again.
 */
public final class MaskedSecrets {
  private static final String MASK = "***";

  /** As URLs are written in a configuration, whichever quotes stand around them. */
  private static final Pattern URL =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#@:\"']*:)([^\\s/?#@\"']+)(@[^\\s/?#\"',}\\]]*)");

  private MaskedSecrets() {}

  /** The text without passwords. */
  public static String mask(String text) {
    return URL.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(MASK) + "$3");
  }

  /**
   * The text with the passwords that a former one has at the same user and hosts.
   *
   * @return empty when a mask is left for which there is none
   */
  public static Optional<String> unmask(String text, String former) {
    StringBuilder out = new StringBuilder();
    Matcher url = URL.matcher(text);
    while (url.find()) {
      String password = url.group(2);
      if (password.equals(MASK)) {
        Optional<String> known = password(former, url.group(1), url.group(3));
        if (known.isEmpty()) {
          return Optional.empty();
        }
        password = known.get();
      }
      url.appendReplacement(out, Matcher.quoteReplacement(url.group(1) + password + url.group(3)));
    }
    return Optional.of(url.appendTail(out).toString());
  }

  private static Optional<String> password(String former, String before, String behind) {
    Matcher url = URL.matcher(former);
    while (url.find()) {
      if (url.group(1).equals(before) && url.group(3).equals(behind)) {
        return Optional.of(url.group(2));
      }
    }
    return Optional.empty();
  }
}
