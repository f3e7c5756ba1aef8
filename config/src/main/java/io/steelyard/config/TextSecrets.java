package io.steelyard.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What nobody gets to see of a text that is no document, or of one value in a document: passwords
 * in URLs ({@code redis://user:***@host}), and parameters of theirs that are called as secrets are.
 */
public final class TextSecrets {
  static final String MASK = "***";

  /** Of a URL all up to its last '@', whatever somebody forgot to escape. */
  private static final String URL =
      "(?<user>[A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#@:]*:)(?<password>[^/?#\\n]+)"
          + "(?<host>@[^\\s/?#\"',}\\]]*)";

  private static final String PARAMETER =
      "(?<name>[?&](?:[^=&\\s\"']*(?i:key|token|secret|pass|pwd|auth|credential|signature)[^=&\\s\"']*|(?i:sig))=)"
          + "(?<value>[^&#\\s\"']+)";

  private static final Pattern SECRET = Pattern.compile(URL + "|" + PARAMETER);

  /** In what is no document any more: a field that is called so, and the rest of its line. */
  private static final Pattern FIELD =
      Pattern.compile(
          "(?i)([\"']?[a-z0-9_-]*(?:authorization|cookie|key|token|secret|pass|pwd|credential)[a-z0-9_-]*"
              + "[\"']?[ \\t]*:[ \\t]*(?:\\n[ \\t]+)?)([^\\s{\\[][^\\n]*)");

  /** What header fields say is hidden, but for these. */
  private static final Set<String> HARMLESS =
      Set.of(
          "host",
          "accept",
          "accept-charset",
          "accept-encoding",
          "accept-language",
          "cache-control",
          "content-type",
          "date",
          "from",
          "origin",
          "pragma",
          "referer",
          "user-agent",
          "via",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-request-id");

  private TextSecrets() {}

  /** Whether the value of a header field of that name may be a secret. */
  static boolean isSecretField(String name) {
    return !HARMLESS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** The text without passwords. */
  public static String mask(String text) {
    return SECRET.matcher(text).replaceAll(found -> Matcher.quoteReplacement(around(found, MASK)));
  }

  /** The same for what cannot be read as a document: rather too much than too little. */
  static String maskAll(String text) {
    return FIELD.matcher(mask(text)).replaceAll("$1" + Matcher.quoteReplacement(MASK));
  }

  /** Whether a mask stands where a password would. */
  static boolean isMasked(String text) {
    return SECRET.matcher(text).results().anyMatch(found -> secret(found).equals(MASK));
  }

  /**
   * The text with the secrets that a former one had. That of a URL is the same wherever its user
   * and hosts stand; that of a parameter is the former text's alone.
   *
   * @param same the former text at its place
   * @param elsewhere former texts at all places
   * @return empty when a mask is left for which there is none
   */
  static Optional<String> unmask(String text, Optional<String> same, List<String> elsewhere) {
    Matcher secret = SECRET.matcher(text);
    StringBuilder out = new StringBuilder();
    while (secret.find()) {
      MatchResult found = secret.toMatchResult();
      String value = secret(found);
      if (value.equals(MASK)) {
        boolean isUrl = found.group("password") != null;
        Optional<String> known =
            Stream.concat(same.stream(), isUrl ? elsewhere.stream() : Stream.empty())
                .flatMap(former -> SECRET.matcher(former).results())
                .filter(former -> around(former, MASK).equals(around(found, MASK)))
                .map(TextSecrets::secret)
                .findFirst();
        if (known.isEmpty()) {
          return Optional.empty();
        }
        value = known.get();
      }
      secret.appendReplacement(out, Matcher.quoteReplacement(around(found, value)));
    }
    return Optional.of(secret.appendTail(out).toString());
  }

  private static String secret(MatchResult found) {
    return found.group("password") == null ? found.group("value") : found.group("password");
  }

  private static String around(MatchResult found, String secret) {
    return found.group("password") == null
        ? found.group("name") + secret
        : found.group("user") + secret + found.group("host");
  }
}
