package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.PassiveHealth;
import java.time.Duration;

/** {@code pools.NAME.passive}. */
final class PassiveSection {
  /** Even the smallest factor is no noise. */
  private static final double FACTOR_MIN = 1.1;

  private static final Scalar<Double> FACTOR = Scalars.number(0, 1000);
  private static final Scalar<Duration> EJECTION_TYPE =
      Scalars.duration(Duration.ofMillis(100), Duration.ofHours(24));

  static final Option<Integer> CONSECUTIVE_FAILURES =
      Option.of(
          "consecutive-failures",
          Scalars.wholeNumber(0, 1000),
          5,
          "Failures in a row that eject a server; 0: none do.");
  static final Option<Integer> FAILURE_PERCENTAGE =
      Option.of(
          "failure-percentage",
          Scalars.wholeNumber(0, 100),
          0,
          "Failures per hundred tries of a window that eject; 0: none do.");
  static final Option<Integer> MIN_REQUESTS =
      Option.of(
          "min-requests",
          Scalars.wholeNumber(1, 1_000_000),
          PassiveHealth.NONE.requestsMin(),
          "Tries of a window without which its percentage or latency says nothing.");
  static final Option<Double> LATENCY_FACTOR =
      Option.of(
          "latency-factor",
          FACTOR,
          0.0,
          "This many times slower than the pool's median ejects, 1.1 or more; 0: never.");
  static final Option<Duration> WINDOW =
      Option.of(
          "window",
          Scalars.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          PassiveHealth.NONE.window(),
          "Over which percentage and latency are judged.");
  static final Option<Duration> EJECTION =
      Option.of(
          "ejection",
          EJECTION_TYPE,
          PassiveHealth.NONE.ejection(),
          "How long the first time; each further time doubles it.");
  static final Option<Duration> MAX_EJECTION =
      Option.of(
          "max-ejection", EJECTION_TYPE, PassiveHealth.NONE.ejectionMax(), "The longest ejection.");
  static final Option<Double> MAX_EJECTED =
      Option.of(
          "max-ejected",
          Scalars.percentage(0, 100),
          PassiveHealth.NONE.ejectedMax(),
          "Share of the pool's servers that are ejected at a time; one of several always may be.");

  static final Section<PassiveHealth> TYPE =
      Section.of(
              PassiveSection::build,
              CONSECUTIVE_FAILURES,
              FAILURE_PERCENTAGE,
              MIN_REQUESTS,
              LATENCY_FACTOR,
              WINDOW,
              EJECTION,
              MAX_EJECTION,
              MAX_EJECTED)
          .checked(PassiveSection::check);

  private PassiveSection() {}

  private static void check(Fields f) {
    f.requireOrder(EJECTION, MAX_EJECTION);
    f.find(LATENCY_FACTOR)
        .filter(factor -> factor > 0 && factor < FACTOR_MIN)
        .ifPresent(factor ->
            f.at(LATENCY_FACTOR)
                .problem(
                    "expected 0 or a number from %s, found '%s'"
                        .formatted(FACTOR_MIN, FACTOR.show(factor))));
  }

  private static PassiveHealth build(Fields f) {
    return new PassiveHealth(
        f.get(CONSECUTIVE_FAILURES),
        f.get(FAILURE_PERCENTAGE),
        f.get(MIN_REQUESTS),
        f.get(LATENCY_FACTOR),
        f.get(WINDOW),
        f.get(EJECTION),
        f.get(MAX_EJECTION),
        f.get(MAX_EJECTED));
  }
}
