package io.steelyard.config;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code pools.NAME.health}. */
final class HealthSection {
  private static final Scalar<String> PATH_TYPE =
      Scalars.text("a path that starts with '/'", Pattern.compile("/[!\"$-~]{0,1023}"));
  private static final Scalar<Integer> COUNT = Scalars.wholeNumber(1, 100);

  static final Option<Optional<String>> HTTP =
      Option.optional("http", PATH_TYPE, "GET of this path answers 200 to 399.");
  static final Option<Optional<Boolean>> TCP =
      Option.optional("tcp", Scalars.justTrue(), "A connection can be opened.");
  static final Option<Duration> INTERVAL =
      Option.of(
          "interval",
          Scalars.duration(Duration.ofMillis(10), Duration.ofHours(1)),
          HealthConfig.DEFAULT_INTERVAL,
          "Between two checks of a server.");
  static final Option<Duration> TIMEOUT =
      Option.of(
          "timeout",
          Scalars.duration(Duration.ofMillis(1), Duration.ofHours(1)),
          HealthConfig.DEFAULT_TIMEOUT,
          "A check that takes longer has failed.");
  static final Option<Integer> RISE =
      Option.of(
          "rise", COUNT, HealthConfig.DEFAULT_RISE, "Checks passed in a row until a server is up.");
  static final Option<Integer> FALL =
      Option.of(
          "fall", COUNT, HealthConfig.DEFAULT_FALL, "Checks failed in a row until it is down.");

  static final Section<HealthConfig> TYPE =
      Section.of(HealthSection::build, HTTP, TCP, INTERVAL, TIMEOUT, RISE, FALL)
          .exactlyOneOf(HTTP, TCP);

  private HealthSection() {}

  private static HealthConfig build(Fields f) {
    Check check = f.get(HTTP).<Check>map(Check.Http::get).orElseGet(Check.Tcp::new);
    return new HealthConfig(
        check,
        new Endpoint.Same(),
        f.get(INTERVAL),
        HealthConfig.fastIntervalDefault(f.get(INTERVAL)),
        f.get(TIMEOUT),
        f.get(RISE),
        f.get(FALL));
  }
}
