package io.steelyard.control;

import io.steelyard.cluster.ShareStatus;
import io.steelyard.control.Status.PoolLive;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.discovery.Knowledge;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The metrics that follow from the status. Samples of one name come together. */
record StatusMetrics(Status status, MetricSink sink) {
  static void collect(Status status, MetricSink sink) {
    StatusMetrics metrics = new StatusMetrics(status, sink);
    metrics.servers();
    metrics.pools();
    metrics.discovery();
    metrics.share(status.share());
    status.shared().ifPresent(metrics::shared);
    sink.gauge(
        "steelyard_config_revision", "Revision of the configuration.", (double) status.revision());
    sink.gauge(
        "steelyard_config_last_reload_successful",
        "Whether the latest change of the configuration was applied.",
        status.lastReload().filter(Status.Reload::successful).isPresent() ? 1 : 0);
  }

  private void shared(SharedStatus shared) {
    sink.gauge(
        "steelyard_config_source_reachable",
        "Whether the store that the configuration comes from answers.",
        flag(shared.contact().reachable()));
    sink.gauge(
        "steelyard_config_source_refused",
        "Whether the newest configuration in the store was refused.",
        flag(shared.refused().isPresent()));
    String document = shared.serving().map(Edition::document).orElse("");
    sink.gauge(
        "steelyard_config_nodes",
        "Nodes that tell of themselves in the store.",
        shared.nodes().size());
    sink.gauge(
        "steelyard_config_nodes_in_step",
        "Of those, the ones that serve the same document as this one.",
        (double)
            shared.nodes().values().stream()
                .filter(report -> report.document().equals(document))
                .count());
    sink.gauge(
        "steelyard_config_canary",
        "Whether some nodes try a document before all follow it.",
        flag(shared.canary().filter(Canary::goesOn).isPresent()));
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

  private void share(ShareStatus share) {
    sink.gauge(
        "steelyard_share_degraded",
        "Whether it may not know all that other nodes know.",
        flag(share.trouble().isPresent()));
    changes("told", "to others", share.told());
    changes("heard", "from others", share.heard());
    changes("learnt", "from others that were news", share.learnt());
    changes("lost", "that had no room; comparing finds them", share.lost());
    sink.counter(
        "steelyard_share_facts_refused",
        "Wishes, keys and ends of sessions that had no room.",
        (double) share.factsRefused());
    sink.gauge(
        "steelyard_share_lag_seconds",
        "From a change here to others knowing it.",
        seconds(share.lag()));
    for (ShareStatus.Peer peer : share.peers()) {
      sink.gauge(
          "steelyard_peer_sync_lag_seconds",
          "From a change here to the peer knowing it.",
          seconds(peer.lag()),
          "peer",
          peer.node());
    }
    for (ShareStatus.Peer peer : share.peers()) {
      sink.gauge(
          "steelyard_peer_in_step",
          "Whether all that the peer knew is known here.",
          flag(peer.inStep()),
          "peer",
          peer.node());
    }
  }

  private void changes(String which, String what, long count) {
    sink.counter(
        "steelyard_share_changes_" + which, "Changes of sessions " + what + ".", (double) count);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
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

  private void discovery() {
    discovery(
        "steelyard_discovery_servers",
        "Servers that are known by discovery.",
        known -> OptionalDouble.of(known.servers().size()));
    discovery(
        "steelyard_discovery_last_success_seconds",
        "When the source of a pool's servers last answered, since 1970.",
        known ->
            known
                .answeredAt()
                .map(at -> OptionalDouble.of(at.toEpochMilli() / 1e3))
                .orElseGet(OptionalDouble::empty));
  }

  private void discovery(String name, String help, Function<Knowledge, OptionalDouble> value) {
    for (PoolStatus pool : status.pools()) {
      pool.discovery()
          .map(discovery -> value.apply(discovery.knowledge()))
          .filter(OptionalDouble::isPresent)
          .ifPresent(v -> sink.gauge(name, help, v.getAsDouble(), "pool", pool.name()));
    }
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
