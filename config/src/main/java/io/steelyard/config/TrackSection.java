package io.steelyard.config;

import io.steelyard.config.VipConfig.Track;
import io.steelyard.config.VipConfig.What;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One of {@code cluster.vips.track}. */
final class TrackSection {
  /** More than any difference of priorities: this node is out while another one is there. */
  static final int DEFAULT_PENALTY = 254;

  static final int TRACKS_MAX = 16;

  private static final Scalar<Duration> TIME =
      Scalars.duration(Duration.ofMillis(50), Duration.ofHours(1));

  static final Option<Optional<Boolean>> LISTENERS =
      Option.optional(
          "listeners",
          Scalars.justTrue(),
          "The listeners on these addresses, of which each has to have a server that takes requests.");
  static final Option<Optional<String>> INTERFACE =
      Option.optional("interface", VipSection.LINK_TYPE, "Another network interface, to be up.");
  static final Option<Optional<List<String>>> SCRIPT =
      Option.optional(
          "script",
          new ListOf<>(
              "word",
              Scalars.text("a word of a command", Pattern.compile("[^\\x00]{1,1024}")),
              1,
              32),
          "A program and its arguments, which has to end with 0; no shell is between.");
  static final Option<Duration> INTERVAL =
      Option.of(
          "interval", TIME, Duration.ofSeconds(1), "For 'script': from one start to the next.");
  static final Option<Duration> TIMEOUT =
      Option.of("timeout", TIME, Duration.ofSeconds(1), "For 'script': how long it may take.");
  static final Option<Integer> PENALTY =
      Option.of(
          "penalty",
          Scalars.wholeNumber(1, 254),
          DEFAULT_PENALTY,
          "By which the priority falls while it fails; with nothing left this node owns nothing.");

  static final Section<Track> TYPE =
      Section.of(TrackSection::build, LISTENERS, INTERFACE, SCRIPT, INTERVAL, TIMEOUT, PENALTY)
          .exactlyOneOf(LISTENERS, INTERFACE, SCRIPT)
          .checked(TrackSection::check);

  private TrackSection() {}

  private static void check(Fields f) {
    for (Option<?> option : List.of(INTERVAL, TIMEOUT)) {
      if (f.has(option) && !f.has(SCRIPT)) {
        f.at(option).problem("only 'script' has this");
      }
    }
  }

  private static Track build(Fields f) {
    return new Track(what(f), f.get(PENALTY));
  }

  private static What what(Fields f) {
    if (f.has(INTERFACE)) {
      return new What.Link(f.get(INTERFACE).orElse(""));
    }
    return f.has(SCRIPT)
        ? new What.Script(f.get(SCRIPT).orElse(List.of()), f.get(INTERVAL), f.get(TIMEOUT))
        : new What.Listeners();
  }
}
