package io.steelyard.config;

import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;

/** {@code rewrite} of a route. */
final class RewriteSection {
  static final Option<String> PREFIX =
      Option.required(
          "prefix",
          Scalars.text(RouteSection.PATH_EXPECTED, RouteSection.PATH),
          "Takes the place of 'path', or of all of the path with 'exact'.");

  static final Section<String> TYPE = Section.of(f -> f.get(PREFIX), PREFIX);

  private RewriteSection() {}
}
