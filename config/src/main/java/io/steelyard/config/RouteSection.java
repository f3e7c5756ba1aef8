package io.steelyard.config;

import io.steelyard.config.RouteConfig.Share;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.NameOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import io.steelyard.core.route.Action;
import io.steelyard.core.route.Action.Redirect;
import io.steelyard.core.route.Action.Respond;
import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.Treatment;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One of {@code listeners.NAME.routes}. */
final class RouteSection {
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){0,30}"
              + "|\\[[0-9a-fA-F:.]+\\]");
  static final String PATH_EXPECTED = "a path that starts with '/' and has no query";
  static final Pattern PATH = Pattern.compile("/[!\"$->@-~]{0,1023}");
  private static final int POOLS_MAX = 16;

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
          Scalars.text(PATH_EXPECTED, PATH),
          "",
          "Prefix of the path as it is sent: /api matches /api and /api/x, not /apix.");
  static final Option<Optional<String>> POOL =
      Option.optional("pool", new NameOf(PoolSection.NOUN, Names.TYPE), "Who answers.");
  static final Option<List<Share>> POOLS =
      Option.of(
          "pools",
          new NamedTexts<>(
              "pool",
              new NameOf(PoolSection.NOUN, Names.TYPE),
              Scalars.wholeNumber(0, Action.Share.WEIGHT_MAX),
              false,
              POOLS_MAX,
              Share::new),
          List.of(),
          "Who answers, each with its weight; a session stays where it began.");
  static final Option<Optional<Redirect>> REDIRECT =
      Option.optional("redirect", RedirectSection.TYPE, "Clients are sent elsewhere.");
  static final Option<Optional<Respond>> RESPOND =
      Option.optional("respond", RespondSection.TYPE, "The balancer answers by itself.");
  static final Option<Optional<String>> REWRITE =
      Option.optional(
          "rewrite", RewriteSection.TYPE, "What servers see in place of the route's own path.");
  static final Option<HeaderChanges> REQUEST_HEADERS =
      Option.of(
          "request-headers",
          HeaderChangesSection.REQUEST,
          HeaderChanges.NONE,
          "What is done to header fields for servers.");
  static final Option<HeaderChanges> RESPONSE_HEADERS =
      Option.of(
          "response-headers",
          HeaderChangesSection.RESPONSE,
          HeaderChanges.NONE,
          "What is done to header fields for clients.");

  static final Section<RouteConfig> TYPE =
      Section.of(
              RouteSection::build,
              HOST_OPTION,
              PATH_OPTION,
              RouteConditions.EXACT,
              RouteConditions.METHOD,
              RouteConditions.HEADER,
              RouteConditions.QUERY,
              AccessOptions.ALLOW,
              AccessOptions.DENY,
              POOL,
              POOLS,
              REDIRECT,
              RESPOND,
              REWRITE,
              REQUEST_HEADERS,
              RESPONSE_HEADERS)
          .exactlyOneOf(POOL, POOLS, REDIRECT, RESPOND)
          .checked(RouteSection::check);

  private RouteSection() {}

  private static RouteConfig build(Fields f) {
    return new RouteConfig(
        f.get(HOST_OPTION), f.get(PATH_OPTION), RouteConditions.build(f), treatment(f), action(f));
  }

  private static Treatment treatment(Fields f) {
    return new Treatment(
        AccessOptions.build(f), f.get(REWRITE), f.get(REQUEST_HEADERS), f.get(RESPONSE_HEADERS));
  }

  private static RouteConfig.Action action(Fields f) {
    return f.get(POOL)
        .map(RouteConfig.Action::pool)
        .or(() -> f.get(REDIRECT).map(RouteConfig.Action.Redirected::new))
        .or(() -> f.get(RESPOND).map(RouteConfig.Action.Answered::new))
        .orElseGet(() -> new RouteConfig.Action.Pools(f.get(POOLS)));
  }

  private static void check(Fields f) {
    if (f.has(PATH_OPTION) && f.has(RouteConditions.EXACT)) {
      f.at(RouteConditions.EXACT).problem("give either 'path' or 'exact', not both");
    }
    if (f.has(POOLS)) {
      checkPools(f);
    }
    boolean answers = f.has(REDIRECT) || f.has(RESPOND);
    for (Option<?> forServers : List.of(REWRITE, REQUEST_HEADERS)) {
      if (answers && f.has(forServers)) {
        f.at(forServers).problem("no server gets requests of this route");
      }
    }
    if (f.has(REDIRECT) && changes(f.find(RESPONSE_HEADERS), "location")) {
      f.at(RESPONSE_HEADERS).problem("'Location' is what 'redirect' says");
    }
    if (f.has(RESPOND) && changes(f.find(RESPONSE_HEADERS), "content-type")) {
      f.at(RESPONSE_HEADERS).problem("'Content-Type' is what 'type' of 'respond' says");
    }
  }

  private static boolean changes(Optional<HeaderChanges> changes, String lowerName) {
    HeaderChanges made = changes.orElse(HeaderChanges.NONE);
    return Stream.of(made.set(), made.add())
            .flatMap(List::stream)
            .anyMatch(field -> field.name().equalsIgnoreCase(lowerName))
        || made.remove().stream().anyMatch(lowerName::equalsIgnoreCase);
  }

  private static void checkPools(Fields f) {
    List<Share> shares = f.find(POOLS).orElse(List.of());
    if (!shares.isEmpty() && shares.stream().allMatch(share -> share.weight() == 0)) {
      f.at(POOLS).problem("one weight at least has to be above 0");
    }
  }

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
