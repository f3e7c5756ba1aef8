package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.balance.HashKey.Kind;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What of a request is hashed: {@code header:X}, {@code cookie:X}, {@code query:X}, {@code path}.
 */
final class HashKeyText {
  static final String FORMS = "header:NAME, cookie:NAME, query:NAME or path";

  private static final String LEARNED_FORMS = "cookie:NAME or header:NAME";

  static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
  static final Pattern PARAMETER = Pattern.compile("[!-~&&[^&=#]]{1,128}");

  static final Scalar<HashKey> TYPE =
      Scalars.text(FORMS, "(header|cookie|query):[!-~]{1,128}|path", HashKeyText::parse);

  /** Of what responses can tell. */
  static final Scalar<HashKey> LEARNED =
      Scalars.text(LEARNED_FORMS, "(header|cookie):[!-~]{1,128}", HashKeyText::parseLearned);

  private HashKeyText() {}

  private static Parsed<HashKey> parseLearned(String text) {
    return text.startsWith("header:") || text.startsWith("cookie:")
        ? parse(text)
        : Parsed.bad("expected %s, found '%s'".formatted(LEARNED_FORMS, Spelling.quotable(text)));
  }

  private static Parsed<HashKey> parse(String text) {
    if (text.equals("path")) {
      return Parsed.good(new HashKey(Kind.PATH, ""));
    }
    int colon = text.indexOf(':');
    String name = text.substring(colon + 1);
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "header" -> key(Kind.HEADER, TOKEN, name, text);
      case "cookie" -> key(Kind.COOKIE, TOKEN, name, text);
      case "query" -> key(Kind.QUERY, PARAMETER, name, text);
      default -> refuse(text, hint(text, colon));
    };
  }

  private static Parsed<HashKey> key(Kind kind, Pattern pattern, String name, String text) {
    if (pattern.matcher(name).matches()) {
      return Parsed.good(new HashKey(kind, name));
    }
    return refuse(text, name.isEmpty() ? ": the name is missing" : ": that is no name");
  }

  private static String hint(String text, int colon) {
    if (colon < 0) {
      return text.matches("header|cookie|query")
          ? ": the name is missing"
          : Spelling.hint(text, List.of("path"));
    }
    return Spelling.nearest(text.substring(0, colon), List.of("header", "cookie", "query"))
        .map(kind -> Spelling.quotable(kind + text.substring(colon)))
        .map(meant -> ": did you mean '" + meant + "'?")
        .orElse("");
  }

  private static Parsed<HashKey> refuse(String text, String hint) {
    return Parsed.bad("expected %s, found '%s'%s".formatted(FORMS, Spelling.quotable(text), hint));
  }
}
