package io.steelyard.config;

import io.steelyard.config.LoadConfig.Source;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code pools.NAME.load}. */
final class LoadSection {
  static final Option<Optional<Endpoint>> AGENT =
      Option.optional(
          "agent",
          EndpointText.TYPE,
          "An agent at this port of each server, or at this address, says one line when connected"
              + " to.");
  static final Option<Optional<String>> HTTP =
      Option.optional(
          "http",
          HttpCheckSection.PATH_TYPE,
          "GET of this path answers an ORCA load report in JSON.");
  static final Option<Optional<Boolean>> HEADER =
      Option.optional(
          "header",
          Scalars.justTrue(),
          "Responses have the ORCA header endpoint-load-metrics or endpoint-load-metrics-bin.");
  static final Option<String> METRIC =
      Option.of(
          "metric",
          Scalars.text(
              "cpu, memory, application or the name of a metric",
              Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")),
          LoadConfig.DEFAULT_METRIC,
          "Which of an ORCA report counts: cpu, memory, application or a name of its own.");
  static final Option<Duration> INTERVAL =
      Option.of(
          "interval",
          Scalars.duration(Duration.ofMillis(10), Duration.ofHours(1)),
          LoadConfig.DEFAULT_INTERVAL,
          "Between two times that a server is asked.");
  static final Option<Duration> EXPIRE =
      Option.of(
          "expire",
          Scalars.duration(Duration.ofMillis(10), Duration.ofHours(24)),
          LoadConfig.DEFAULT_EXPIRE,
          "That a report holds; without one a server counts as average.");

  static final Section<LoadConfig> TYPE =
      Section.of(LoadSection::build, AGENT, HTTP, HEADER, METRIC, INTERVAL, EXPIRE)
          .exactlyOneOf(AGENT, HTTP, HEADER)
          .checked(LoadSection::check);

  private LoadSection() {}

  private static void check(Fields f) {
    if (f.has(AGENT) && f.has(METRIC)) {
      f.at(METRIC)
          .problem("an agent says its load without metrics: give it with 'http' or 'header'");
    }
    if (f.has(HEADER) && f.has(INTERVAL)) {
      f.at(INTERVAL).problem("nothing is asked when reports come with 'header'");
    } else if (!f.has(HEADER)) {
      f.requireOrder(INTERVAL, EXPIRE);
    }
    if (f.find(AGENT).flatMap(a -> a).filter(Endpoint.Port.class::isInstance).isPresent()) {
      f.section().binding().note(EndpointText.ports(f.section().parent().where()), f.at(AGENT));
    }
  }

  private static LoadConfig build(Fields f) {
    return new LoadConfig(source(f), f.get(METRIC), f.get(INTERVAL), f.get(EXPIRE));
  }

  private static Source source(Fields f) {
    return f.get(AGENT)
        .<Source>map(Source.Agent::new)
        .or(() -> f.get(HTTP).map(Source.Http::new))
        .orElseGet(Source.InResponse::new);
  }
}
