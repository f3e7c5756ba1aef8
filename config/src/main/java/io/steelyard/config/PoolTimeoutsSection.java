package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;

/** {@code pools.NAME.timeouts}. */
final class PoolTimeoutsSection {
  private static final Scalar<Duration> TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(1));

  static final Option<Duration> CONNECT =
      Option.of(
          "connect",
          TIMEOUT,
          PoolTimeouts.DEFAULT.connect(),
          "Until a connection is established, each try.");
  static final Option<Duration> RESPONSE =
      Option.of(
          "response",
          TIMEOUT,
          PoolTimeouts.DEFAULT.response(),
          "From the last byte of the request to the first of the response, each try; then between two reads of it.");
  static final Option<Duration> IDLE =
      Option.of(
          "idle",
          TIMEOUT,
          PoolTimeouts.DEFAULT.idle(),
          "That a connection without a request is kept.");
  static final Option<Duration> QUEUE =
      Option.of(
          "queue",
          TIMEOUT,
          PoolTimeouts.DEFAULT.queue(),
          "That a request waits for room at a server, within total; then it is answered 503.");
  static final Option<Duration> TOTAL =
      Option.of(
          "total",
          Scalars.duration(Duration.ZERO, Duration.ofDays(1)),
          PoolTimeouts.DEFAULT.total(),
          "From the request's head to the first byte of the response, all tries together; 0s is no"
              + " limit.");

  static final Section<PoolTimeouts> TYPE =
      Section.of(PoolTimeoutsSection::build, CONNECT, RESPONSE, IDLE, QUEUE, TOTAL);

  private PoolTimeoutsSection() {}

  private static PoolTimeouts build(Fields f) {
    return new PoolTimeouts(
        f.get(CONNECT), f.get(RESPONSE), f.get(IDLE), f.get(QUEUE), f.get(TOTAL));
  }
}
