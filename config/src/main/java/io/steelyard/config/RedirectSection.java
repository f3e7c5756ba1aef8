package io.steelyard.config;

import io.steelyard.config.bind.Either;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.route.Action.Redirect;
import io.steelyard.core.route.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code redirect} of a route, and {@code redirect-to-https} of a listener. */
final class RedirectSection {
  private static final int STATUS_DEFAULT = 308;
  private static final int HTTPS_PORT = 443;

  private static final Scalar<Target> TARGET =
      Scalars.text(
          "a target such as https://{host}{path}",
          "(https?://|/)[!-~]{0,1023}",
          RedirectSection::read);

  static final Option<Target> TO =
      Option.required(
          "to",
          TARGET,
          "Where: {host} is the request's host without port, {path} its path and query, {rest} what"
              + " of them follows the route's own path.");
  static final Option<Integer> STATUS =
      Option.of(
          "status",
          statuses(),
          STATUS_DEFAULT,
          "307 and 308 keep the method, 301 and 308 for good.");

  static final Section<Redirect> TYPE =
      Section.of(f -> new Redirect(f.get(TO), f.get(STATUS)), TO, STATUS);

  static final Option<Integer> PORT =
      Option.of("port", Scalars.wholeNumber(1, 65_535), HTTPS_PORT, "Where clients find HTTPS.");

  static final Section<Redirect> HTTPS_SECTION = Section.of(f -> toHttps(f.get(PORT)), PORT);

  static final Either<Redirect> HTTPS =
      new Either<>(
          new Scalar<>(
              "true",
              false,
              text ->
                  text.equals("true")
                      ? Parsed.good(toHttps(HTTPS_PORT))
                      : Parsed.bad("expected true, or a mapping with the key port"),
              _ -> true,
              Scalars.justTrue().schema()),
          HTTPS_SECTION);

  private RedirectSection() {}

  private static Redirect toHttps(int port) {
    String authority = port == HTTPS_PORT ? "{host}" : "{host}:" + port;
    return new Redirect(Target.of("https://" + authority + "{path}"), STATUS_DEFAULT);
  }

  private static Parsed<Target> read(String text) {
    try {
      return Parsed.good(Target.of(text));
    } catch (IllegalArgumentException e) {
      return Parsed.bad("expected a target such as https://{host}{path}: " + e.getMessage());
    }
  }

  private static Scalar<Integer> statuses() {
    LinkedHashMap<String, Integer> choices = new LinkedHashMap<>();
    List.of(301, 302, 303, 307, 308).forEach(status -> choices.put(status.toString(), status));
    Scalar<Integer> choice = Scalars.choice(choices, List.of());
    return new Scalar<>(
        choice.expected(),
        false,
        choice.reader(),
        status -> status,
        Map.of("enum", List.copyOf(choices.values())));
  }
}
