package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.HoldDown;
import java.time.Duration;

/** {@code pools.NAME.health.hold-down}. */
final class HoldDownSection {
  private static final Scalar<Duration> PERIOD_TYPE =
      Scalars.duration(Duration.ofMillis(10), Duration.ofHours(24));

  static final Option<Integer> FLIPS =
      Option.of(
          "flips",
          Scalars.wholeNumber(0, 100),
          HoldDown.DEFAULT.flips(),
          "Times down within the window that make a server a flapping one; 0: none is.");
  static final Option<Duration> WINDOW =
      Option.of(
          "window",
          Scalars.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
          HoldDown.DEFAULT.window(),
          "In which they are counted.");
  static final Option<Duration> PERIOD =
      Option.of(
          "period",
          PERIOD_TYPE,
          HoldDown.DEFAULT.period(),
          "That it takes nothing new after it is up again; each further time doubles it.");
  static final Option<Duration> MAX =
      Option.of("max", PERIOD_TYPE, HoldDown.DEFAULT.periodMax(), "The longest period.");

  static final Section<HoldDown> TYPE =
      Section.of(HoldDownSection::build, FLIPS, WINDOW, PERIOD, MAX)
          .checked(f -> f.requireOrder(PERIOD, MAX));

  private HoldDownSection() {}

  private static HoldDown build(Fields f) {
    return new HoldDown(f.get(FLIPS), f.get(WINDOW), f.get(PERIOD), f.get(MAX));
  }
}
