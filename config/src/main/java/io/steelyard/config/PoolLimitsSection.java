package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.PoolLimits;

/** {@code pools.NAME.limits}. */
final class PoolLimitsSection {
  static final Option<Integer> IDLE_CONNECTIONS =
      Option.of(
          "idle-connections",
          Scalars.wholeNumber(0, 100_000),
          PoolLimits.DEFAULT.idleConnections(),
          "Connections without a request that are kept to each server.");
  static final Option<Integer> RETRIES =
      Option.of(
          "retries",
          Scalars.wholeNumber(0, 16),
          PoolLimits.DEFAULT.retries(),
          "Tries of a request on further servers after its first.");
  static final Option<Double> RETRY_BUDGET =
      Option.of(
          "retry-budget",
          Scalars.percentage(0, 100),
          PoolLimits.DEFAULT.retryBudget(),
          "Share of the requests in flight that may be retries; others wait for their turn, no longer"
              + " than for a response, or are refused when that is hopeless.");
  static final Option<Integer> RETRY_MIN =
      Option.of(
          "retry-min",
          Scalars.wholeNumber(0, 10_000),
          PoolLimits.DEFAULT.retriesMin(),
          "Retries at a time that are allowed however few requests are in flight.");
  static final Option<Boolean> RETRY_UNSAFE =
      Option.of(
          "retry-unsafe",
          Scalars.truth(),
          PoolLimits.DEFAULT.retriesUnsafe(),
          "Whether unanswered requests that are not idempotent are sent again too; they may then be"
              + " done twice.");
  static final Option<Integer> CONCURRENCY =
      Option.of(
          "concurrency",
          Scalars.wholeNumber(0, 10_000_000),
          PoolLimits.DEFAULT.concurrency(),
          "Requests in flight at a time to all servers together; 0 is no limit.");
  static final Option<Boolean> ADAPTIVE =
      Option.of(
          "adaptive",
          Scalars.truth(),
          PoolLimits.DEFAULT.adaptive(),
          "Whether a limit is found from latencies, up to concurrency.");
  static final Option<Integer> QUEUE =
      Option.of(
          "queue",
          Scalars.wholeNumber(0, 1_000_000),
          PoolLimits.DEFAULT.queue(),
          "Requests at a time that wait for room at a server; further ones are answered 503.");

  static final Section<PoolLimits> TYPE =
      Section.of(
          PoolLimitsSection::build,
          IDLE_CONNECTIONS,
          RETRIES,
          RETRY_BUDGET,
          RETRY_MIN,
          RETRY_UNSAFE,
          CONCURRENCY,
          ADAPTIVE,
          QUEUE);

  private PoolLimitsSection() {}

  private static PoolLimits build(Fields f) {
    return new PoolLimits(
        f.get(IDLE_CONNECTIONS),
        f.get(RETRIES),
        f.get(RETRY_BUDGET),
        f.get(RETRY_MIN),
        f.get(RETRY_UNSAFE),
        f.get(CONCURRENCY),
        f.get(ADAPTIVE),
        f.get(QUEUE));
  }
}
