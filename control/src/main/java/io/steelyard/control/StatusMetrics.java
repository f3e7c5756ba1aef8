package io.steelyard.control;

import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.core.metric.MetricSink;
import java.util.function.ToDoubleFunction;

/** The metrics that follow from the status. Samples of one name come together. */
final class StatusMetrics {
  private StatusMetrics() {}

  static void collect(Status status, MetricSink sink) {
    perServer(status, sink, "steelyard_server_up", "Whether its checks pass.", s -> s.up() ? 1 : 0);
    perServer(
        status, sink, "steelyard_server_inflight", "Requests in flight.", ServerStatus::inFlight);
    perServer(
        status,
        sink,
        "steelyard_server_weight_effective",
        "The weight that counts now; 0 takes nothing new.",
        ServerStatus::effectiveWeight);
    sink.gauge(
        "steelyard_config_revision", "Revision of the configuration.", (double) status.revision());
    sink.gauge(
        "steelyard_config_last_reload_successful",
        "Whether the latest change of the configuration was applied.",
        status.lastReload().filter(Status.Reload::successful).isPresent() ? 1 : 0);
  }

  private static void perServer(
      Status status,
      MetricSink sink,
      String name,
      String help,
      ToDoubleFunction<ServerStatus> value) {
    for (PoolStatus pool : status.pools()) {
      for (ServerStatus server : pool.servers()) {
        sink.gauge(
            name, help, value.applyAsDouble(server), "pool", pool.name(), "server", server.name());
      }
    }
  }
}
