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
      Scalars.text(FORMS, "(header|cookie|query):[!-~]{1,128}|path", text -> parse(text, FORMS));

  /** Of what responses can tell. */
  static final Scalar<HashKey> LEARNED =
      Scalars.text(LEARNED_FORMS, "(header|cookie):[!-~]{1,128}", HashKeyText::parseLearned);

  private HashKeyText() {}

  private static Parsed<HashKey> parseLearned(String text) {
    return text.startsWith("header:") || text.startsWith("cookie:")
        ? parse(text, LEARNED_FORMS)
        : Parsed.bad("expected %s, found '%s'".formatted(LEARNED_FORMS, Spelling.quotable(text)));
  }

  private static Parsed<HashKey> parse(String text, String forms) {
    if (text.equals("path")) {
      return Parsed.good(new HashKey(Kind.PATH, ""));
    }
    int colon = text.indexOf(':');
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "header" -> key(Kind.HEADER, TOKEN, text, forms);
      case "cookie" -> key(Kind.COOKIE, TOKEN, text, forms);
      case "query" -> key(Kind.QUERY, PARAMETER, text, forms);
      default -> refuse(text, forms, hint(text, colon));
    };
  }

  private static Parsed<HashKey> key(Kind kind, Pattern pattern, String text, String forms) {
    String name = text.substring(text.indexOf(':') + 1);
    if (pattern.matcher(name).matches()) {
      return Parsed.good(new HashKey(kind, name));
    }
    return refuse(text, forms, name.isEmpty() ? ": the name is missing" : ": that is no name");
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

  private static Parsed<HashKey> refuse(String text, String forms, String hint) {
    return Parsed.bad("expected %s, found '%s'%s".formatted(forms, Spelling.quotable(text), hint));
  }
}
