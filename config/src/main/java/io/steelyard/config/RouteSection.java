package io.steelyard.config;

import io.steelyard.config.bind.NameOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import java.util.Locale;
import java.util.regex.Pattern;

/** One of {@code listeners.NAME.routes}. */
final class RouteSection {
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){0,30}"
              + "|\\[[0-9a-fA-F:.]+\\]");
  private static final Pattern PATH = Pattern.compile("/[!\"$->@-~]{0,1023}");

  private static final Scalar<String> HOST_TYPE =
      Scalars.text("a host such as shop.example or *.example", HOST.pattern(), RouteSection::host);

  static final Option<String> HOST_OPTION =
      Option.of(
          "host",
          HOST_TYPE,
          "",
          "Host of the request, without port; *.example matches any labels before it.");
  static final Option<String> PATH_OPTION =
      Option.of(
          "path",
          Scalars.text("a path that starts with '/' and has no query", PATH),
          "",
          "Prefix of the path as it is sent: /api matches /api and /api/x, not /apix.");
  static final Option<String> POOL =
      Option.required("pool", new NameOf(PoolSection.NOUN, Names.TYPE), "Who answers.");

  static final Section<RouteConfig> TYPE =
      Section.of(
          f -> new RouteConfig(f.get(HOST_OPTION), f.get(PATH_OPTION), f.get(POOL)),
          HOST_OPTION,
          PATH_OPTION,
          POOL);

  private RouteSection() {}

  private static Parsed<String> host(String text) {
    if (text.length() <= 255 && HOST.matcher(text).matches()) {
      return Parsed.good(text.toLowerCase(Locale.ROOT));
    }
    return Parsed.bad(
        "expected a host such as shop.example or *.example, found '%s'%s"
            .formatted(
                Spelling.quotable(text),
                text.matches("[^:]+:[0-9]+")
                    ? ": leave out the port"
                    : text.equals("*") ? ": leave out 'host' to match all" : ""));
  }
}
