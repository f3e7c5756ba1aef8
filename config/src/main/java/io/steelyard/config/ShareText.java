package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A word, or the URL of a store. No message repeats what may be a password. */
final class ShareText {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z0-9+._-]+");

  static final Scalar<ShareConfig> TYPE =
      Scalars.text(
          "none, peers or the URL of a store",
          "none|peers|(rediss?(\\+sentinel|\\+cluster)?|memcached)://.+",
          ShareText::parse);

  private ShareText() {}

  private static Parsed<ShareConfig> parse(String text) {
    if (text.equals("none")) {
      return Parsed.good(new ShareConfig.None());
    }
    if (text.equals("peers")) {
      return Parsed.good(new ShareConfig.Peers());
    }
    int end = text.indexOf("://");
    return end >= 0 && SCHEME.matcher(text.substring(0, end)).matches()
        ? store(text.substring(0, end), text)
        : Parsed.bad(neitherWordNorUrl(text));
  }

  private static Parsed<ShareConfig> store(String scheme, String url) {
    List<String> known = new ArrayList<>();
    for (ShareConfig.Kind kind : ShareConfig.Kind.values()) {
      for (boolean tls : List.of(false, true)) {
        String its = kind.scheme(tls);
        if (its.equals(scheme)) {
          return StoreUrl.parse(kind, tls, url);
        }
        if (!its.isEmpty()) {
          known.add(its);
        }
      }
    }
    return Parsed.bad(
        "there is no store '%s'%s"
            .formatted(
                Spelling.quotable(scheme), Spelling.hintAmong(scheme, known, "kinds of stores")));
  }

  private static String neitherWordNorUrl(String text) {
    int user = text.lastIndexOf('@');
    return "expected none, peers or the URL of a store such as redis://host:6379/0, found '%s'%s"
        .formatted(
            Spelling.quotable(user < 0 ? text : "***" + text.substring(user)),
            Spelling.hint(text, List.of("none", "peers")));
  }
}
