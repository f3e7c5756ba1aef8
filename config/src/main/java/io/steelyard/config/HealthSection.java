package io.steelyard.config;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.bind.Either;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import io.steelyard.core.snapshot.HoldDown;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code pools.NAME.health}. */
final class HealthSection {
  private static final Scalar<Integer> COUNT = Scalars.wholeNumber(1, 100);
  private static final Scalar<Duration> INTERVAL_TYPE =
      Scalars.duration(HealthConfig.INTERVAL_MIN, Duration.ofHours(1));

  // tls
  static final Option<String> SERVER_NAME =
      Option.of(
          "server-name",
          Scalars.text("a host name", "[A-Za-z0-9._-]{1,253}", HealthSection::serverName),
          "",
          "Name that is asked for and verified; the host of the server's address by default.");
  static final Option<Boolean> VERIFY =
      Option.of(
          "verify", Scalars.truth(), true, "Whether its certificate has to be valid for the name.");
  static final Section<Check> TLS_SECTION =
      Section.of(f -> new Check.Tls(f.get(SERVER_NAME), f.get(VERIFY)), SERVER_NAME, VERIFY);

  // grpc
  static final Option<String> SERVICE =
      Option.of(
          "service",
          Scalars.text(
              "the name of a gRPC service", Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]{0,255}")),
          "",
          "Service that is asked for; the whole server by default.");
  static final Section<Check> GRPC_SECTION =
      Section.of(f -> new Check.Grpc(f.get(SERVICE)), SERVICE);

  // udp
  static final Option<String> SEND =
      Option.required("send", ScriptSection.TEXT, "The datagram that is sent.");
  static final Option<Optional<String>> EXPECT =
      Option.optional(
          "expect", ScriptSection.TEXT, "The answer contains this; whatever it is by default.");
  static final Section<Check> UDP_SECTION =
      Section.of(f -> new Check.Udp(f.get(SEND), f.get(EXPECT).orElse("")), SEND, EXPECT);

  static final Option<Optional<Check>> HTTP =
      Option.optional(
          "http", HttpCheckSection.TYPE, "GET of this path answers 200 to 399, or as told.");
  static final Option<Optional<Check>> TCP =
      Option.optional("tcp", justTrue(new Check.Tcp()), "A connection can be opened.");
  static final Option<Optional<Check>> TLS =
      Option.optional(
          "tls",
          new Either<>(justTrue(new Check.Tls("", true)), TLS_SECTION),
          "A TLS handshake succeeds.");
  static final Option<Optional<Check>> GRPC =
      Option.optional(
          "grpc",
          new Either<>(justTrue(new Check.Grpc("")), GRPC_SECTION),
          "The gRPC health service answers SERVING, over HTTP/2 without TLS.");
  static final Option<Optional<Check>> UDP =
      Option.optional("udp", UDP_SECTION, "A datagram is answered by one.");
  static final Option<Optional<List<Check.Script.Step>>> SCRIPT =
      Option.optional("script", ScriptSection.TYPE, "A conversation goes as written.");
  static final Option<Duration> INTERVAL =
      Option.of(
          "interval",
          INTERVAL_TYPE,
          HealthConfig.DEFAULT_INTERVAL,
          "Between two checks of a server.");
  static final Option<Optional<Duration>> FAST_INTERVAL =
      Option.optional(
          "fast-interval",
          INTERVAL_TYPE,
          "The same while a verdict is changing; a quarter of interval by default.");
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
  static final Option<Optional<Integer>> PORT =
      Option.optional(
          "port", Scalars.wholeNumber(1, 65_535), "Port of each server that is checked instead.");
  static final Option<Optional<Address>> ADDRESS =
      Option.optional("address", AddressText.CONNECT, "Address that is checked instead.");
  static final Option<HoldDown> HOLD_DOWN =
      Option.of(
          "hold-down",
          HoldDownSection.TYPE,
          HoldDown.DEFAULT,
          "What keeps out a server that flips again and again.");

  static final Section<Checks> TYPE =
      Section.of(
              HealthSection::build,
              HTTP,
              TCP,
              TLS,
              GRPC,
              UDP,
              SCRIPT,
              INTERVAL,
              FAST_INTERVAL,
              TIMEOUT,
              RISE,
              FALL,
              PORT,
              ADDRESS,
              HOLD_DOWN)
          .exactlyOneOf(HTTP, TCP, TLS, GRPC, UDP, SCRIPT)
          .checked(HealthSection::check);

  private HealthSection() {}

  /** All that stands in the section. */
  record Checks(HealthConfig config, HoldDown holdDown) {}

  private static Scalar<Check> justTrue(Check check) {
    Scalar<Boolean> truth = Scalars.justTrue();
    return new Scalar<>(
        truth.expected(),
        false,
        text ->
            switch (truth.reader().apply(text)) {
              case Parsed.Good<Boolean> _ -> Parsed.good(check);
              case Parsed.Bad<Boolean>(String message) -> Parsed.bad(message);
            },
        _ -> true,
        truth.schema());
  }

  private static Parsed<String> serverName(String text) {
    return AddressText.hostName(text)
        ? Parsed.good(text)
        : Parsed.bad("expected a host name, found '" + Spelling.quotable(text) + "'");
  }

  private static void check(Fields f) {
    if (f.has(PORT) && f.has(ADDRESS)) {
      f.at(ADDRESS).problem("give either 'port' or 'address', not both");
    }
    if (f.has(PORT)) {
      f.section().binding().note(EndpointText.ports(f.section().parent().where()), f.at(PORT));
    }
    Optional<Duration> fast = f.find(FAST_INTERVAL).flatMap(d -> d);
    Optional<Duration> interval = f.find(INTERVAL);
    if (fast.isPresent() && interval.filter(i -> fast.get().compareTo(i) > 0).isPresent()) {
      f.at(FAST_INTERVAL)
          .problem("longer than interval, which is " + Scalars.write(interval.get()));
    }
  }

  private static Checks build(Fields f) {
    Duration interval = f.get(INTERVAL);
    return new Checks(
        new HealthConfig(
            what(f),
            where(f),
            interval,
            f.get(FAST_INTERVAL).orElse(HealthConfig.fastIntervalDefault(interval)),
            f.get(TIMEOUT),
            f.get(RISE),
            f.get(FALL)),
        f.get(HOLD_DOWN));
  }

  private static Check what(Fields f) {
    return f.get(HTTP)
        .or(() -> f.get(TLS))
        .or(() -> f.get(GRPC))
        .or(() -> f.get(UDP))
        .or(() -> f.get(SCRIPT).map(ScriptSection::script))
        .orElseGet(Check.Tcp::new);
  }

  private static Endpoint where(Fields f) {
    return f.get(PORT)
        .<Endpoint>map(Endpoint.Port::new)
        .or(() -> f.get(ADDRESS).map(Endpoint.At::new))
        .orElseGet(Endpoint.Same::new);
  }
}
