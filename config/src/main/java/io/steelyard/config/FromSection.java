package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code store}. */
final class FromSection {
  static final Option<Optional<String>> LAST_GOOD =
      Option.optional(
          "last-good",
          Scalars.text("the name of a file", Pattern.compile("[^\\x00]{1,4096}")),
          "File with what was served last, for a start without the store; by default the"
              + " configuration's own name with .last-good behind it.");

  static final Option<Boolean> ACCEPT_LOSSES =
      Option.of(
          "accept-losses",
          Scalars.truth(),
          FromOptions.DEFAULT.acceptLosses(),
          "Whether a pool may lose more than half of its servers in one change of the store.");

  static final Section<FromOptions> TYPE = Section.of(FromSection::build, LAST_GOOD, ACCEPT_LOSSES);

  private FromSection() {}

  private static FromOptions build(Fields f) {
    Optional<Path> lastGood = f.get(LAST_GOOD).map(f.section().binding().folder()::resolve);
    return new FromOptions(lastGood, f.get(ACCEPT_LOSSES));
  }
}
