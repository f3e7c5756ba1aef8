package io.steelyard.control;

import io.steelyard.control.Status.PoolLive;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The metrics that follow from the status. Samples of one name come together. */
record StatusMetrics(Status status, MetricSink sink) {
  static void collect(Status status, MetricSink sink) {
    StatusMetrics metrics = new StatusMetrics(status, sink);
    metrics.servers();
    metrics.pools();
    sink.gauge(
        "steelyard_config_revision", "Revision of the configuration.", (double) status.revision());
    sink.gauge(
        "steelyard_config_last_reload_successful",
        "Whether the latest change of the configuration was applied.",
        status.lastReload().filter(Status.Reload::successful).isPresent() ? 1 : 0);
  }

  private void servers() {
    server("up", "Whether its checks pass.", s -> flag(s.live().standing().probed().up()));
    server("inflight", "Requests in flight.", s -> s.live().inFlight());
    server(
        "weight_effective",
        "The weight that counts now; 0 takes nothing new.",
        ServerStatus::effectiveWeight);
    server("ramp", "The part of its weight that its slow start allows.", s -> s.live().ramp());
    server(
        "wish",
        "What the operator wishes: 0 serve, 1 drain, 2 maintenance.",
        s -> number(s.live().standing().wish()));
    server(
        "asked",
        "What its agent asks for: 0 serve, 1 drain, 2 maintenance.",
        s -> number(s.live().standing().asked()));
    server(
        "held",
        "Whether it has to stay up for a while first.",
        s -> flag(s.live().standing().held()));
    server(
        "ejected",
        "Whether its traffic took it out for a while.",
        s -> flag(s.live().standing().ejected()));
    perServer(
        "reported_load",
        "What it reports of its load: 0 idle, 1 full; absent without a fresh report.",
        s -> s.live().reportedLoad());
  }

  private void pools() {
    pool(
        "steelyard_pool_panic",
        "Whether so few are healthy that health is not asked for.",
        p -> flag(p.panic()));
    pool("steelyard_queue_length", "Requests that wait for a server with room.", PoolLive::waiting);
    pool("steelyard_pool_inflight", "Requests in flight.", PoolLive::inFlight);
    pool("steelyard_pool_retrying", "Retries under way.", PoolLive::retrying);
    pool(
        "steelyard_pool_concurrency_max",
        "Requests in flight at a time that are allowed; 0 is no limit.",
        PoolLive::concurrencyMax);
  }

  private void server(String name, String help, ToDoubleFunction<ServerStatus> value) {
    perServer(name, help, s -> OptionalDouble.of(value.applyAsDouble(s)));
  }

  private void perServer(String name, String help, Function<ServerStatus, OptionalDouble> value) {
    for (PoolStatus pool : status.pools()) {
      for (ServerStatus server : pool.servers()) {
        value
            .apply(server)
            .ifPresent(v ->
                sink.gauge(
                    "steelyard_server_" + name,
                    help,
                    v,
                    "pool",
                    pool.name(),
                    "server",
                    server.name()));
      }
    }
  }

  private void pool(String name, String help, ToDoubleFunction<PoolLive> value) {
    for (PoolStatus pool : status.pools()) {
      sink.gauge(name, help, value.applyAsDouble(pool.live()), "pool", pool.name());
    }
  }

  private static int flag(boolean is) {
    return is ? 1 : 0;
  }

  private static int number(Wish wish) {
    return switch (wish) {
      case SERVE -> 0;
      case DRAIN -> 1;
      case MAINTENANCE -> 2;
    };
  }
}
