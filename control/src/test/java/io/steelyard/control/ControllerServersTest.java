package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.LoadConfig.Source.Agent;
import io.steelyard.config.LoadConfig.Source.Http;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.Controller.Changed;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.check.ScriptedPeer;
import io.steelyard.control.check.TinyServer;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.LoadReport;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Upstream;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a server: verdicts, wishes, weights, reports of load. */
final class ControllerServersTest extends ControllerFixture {
  @Test
  void state_lives_on_through_reloads_by_the_servers_name() {
    controller.apply(web(80));
    ServerState before = state("a");
    before.acquire(1);
    wish("a", Wish.DRAIN);
    controller.apply(
        config(
            List.of(listener("web", 80, "app")), pool("app", server("new", 5), server("a", 9001))));
    assertThat(state("a")).isSameAs(before);
    assertThat(state("a").inFlight()).isEqualTo(1);
    assertThat(state("a").standing().wish()).isEqualTo(Wish.DRAIN);
    assertThat(state("new").standing().wish()).isEqualTo(Wish.SERVE);
  }

  @Test
  void a_verdict_outlives_new_limits_but_not_a_new_address_or_the_end_of_checks() throws Exception {
    try (TinyServer up = TinyServer.tcp(null)) {
      int down = closedPort();
      controller.apply(checked(2, 3, down));
      Eventually.holds("the first round", controller::ready);
      assertThat(health()).isEqualTo(new Health(0, 2, 3, true));
      controller.apply(checked(4, 1, down));
      assertThat(health()).isEqualTo(new Health(0, 4, 1, true));
      controller.apply(web(80));
      assertThat(health()).isEqualTo(Health.unknown(1, 1));
      controller.apply(checked(2, 3, up.port()));
      Eventually.holds("a verdict", () -> health().known());
      assertThat(health().up()).isTrue();
    }
  }

  @Test
  void a_server_serves_on_when_checks_begin_but_awaits_a_verdict_where_it_moves() throws Exception {
    List<Boolean> takesNew = new ArrayList<>();
    controller.apply(web(80));
    dataPlane.whilePublishing = () -> takesNew.add(state("a").standing().takesNew());
    try (TinyServer up = TinyServer.tcp(null)) {
      controller.apply(checked(2, 3, 9001));
      controller.apply(checked(2, 3, up.port()));
      Eventually.holds("a verdict", () -> health().known());
    }
    assertThat(takesNew).containsExactly(true, false);
  }

  @Test
  void a_former_probe_has_ended_before_the_server_is_served_at_its_new_address() throws Exception {
    controller.apply(checked(2, 3, closedPort()));
    Eventually.holds("the first round", controller::ready);
    List<Object> meanwhile = new ArrayList<>();
    dataPlane.whilePublishing =
        () -> {
          ServerStatus server = controller.status().pools().getFirst().servers().getFirst();
          meanwhile.add(server.lastCheck().isEmpty());
          meanwhile.add(server.live().standing().probed().known());
        };
    try (TinyServer up = TinyServer.tcp(null)) {
      controller.apply(checked(2, 3, up.port()));
      assertThat(meanwhile).containsExactly(true, false);
    }
  }

  @Test
  void a_server_that_is_down_from_the_start_is_reported_in_words() throws Exception {
    controller.apply(checked(2, 3, closedPort()));
    Eventually.holds("ready", controller::ready);
    Eventually.holds(
        "it is said",
        () ->
            events.since(0).stream()
                .anyMatch(e ->
                    e.text()
                        .equals(
                            "pool app server a is DOWN: connect refused (the first check"
                                + " failed)")));
  }

  @Test
  void a_wish_for_a_server_that_is_not_there_says_so() {
    controller.apply(web(80));
    assertThat(wish("zz", Wish.DRAIN)).isEqualTo(Changed.NO_SUCH_SERVER);
    assertThat(wish("a", Wish.MAINTENANCE)).isEqualTo(Changed.DONE);
    assertThat(state("a").standing().takesNew()).isFalse();
    assertThat(events.since(0)).last().extracting(Event::kind).isEqualTo(Kind.WISH);
  }

  @Test
  void a_weight_is_published_with_the_same_configuration_and_drains_nothing() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    assertThat(change(ServerChange.weight(7))).isEqualTo(Changed.DONE);
    assertThat(dataPlane.calls).containsExactly("publish 2");
    assertThat(weight()).isEqualTo(7);
    ServerStatus server = controller.status().pools().getFirst().servers().getFirst();
    assertThat(server.place().weight()).isEqualTo(1);
    assertThat(server.live().weight()).isEqualTo(7);
    assertThat(server.effectiveWeight()).isEqualTo(7);
    assertThat(change(ServerChange.weight(7))).isEqualTo(Changed.DONE);
    assertThat(dataPlane.calls).hasSize(1);
    change(ServerChange.configuredWeight());
    assertThat(weight()).isEqualTo(1);
    assertThat(events.since(0))
        .extracting(Event::text)
        .contains(
            "pool app server a has weight 7 by its operator's wish",
            "pool app server a has its configured weight again");
  }

  @Test
  void a_weight_outlives_reloads_until_the_file_changes_it_or_the_server_goes() {
    controller.apply(weighing(3));
    change(ServerChange.weight(0));
    controller.apply(weighing(3));
    assertThat(weight()).isZero();
    dataPlane.bindFails = true;
    controller.apply(weighing(4));
    dataPlane.bindFails = false;
    controller.apply(weighing(3));
    assertThat(weight()).isZero();
    controller.apply(weighing(4));
    assertThat(weight()).isEqualTo(4);
    controller.apply(weighing(3));
    assertThat(weight()).isEqualTo(3);
    change(ServerChange.weight(9));
    controller.apply(config(List.of(), pool("app", server("other", 1))));
    controller.apply(weighing(3));
    assertThat(weight()).isEqualTo(3);
  }

  @Test
  void nobody_weighs_anything_while_the_node_drains() throws Exception {
    controller.apply(web(80));
    List<Changed> meanwhile = new ArrayList<>();
    dataPlane.whileDraining =
        () -> {
          meanwhile.add(change(ServerChange.weight(7)));
          meanwhile.add(change(ServerChange.wish(Wish.DRAIN)));
        };
    controller.drain(Duration.ofSeconds(1));
    assertThat(meanwhile).containsExactly(Changed.DRAINING, Changed.DONE);
    assertThat(weight()).isEqualTo(1);
  }

  @Test
  void a_wish_outlives_a_failure_of_the_checks_and_a_weight_does_not_touch_it() {
    controller.apply(web(80));
    change(ServerChange.wish(Wish.DRAIN));
    change(ServerChange.weight(3));
    assertThat(state("a").standing().wish()).isEqualTo(Wish.DRAIN);
    controller.apply(checked(2, 3, 9001));
    assertThat(state("a").standing().wish()).isEqualTo(Wish.DRAIN);
    assertThat(weight()).isEqualTo(3);
  }

  @Test
  void an_agent_that_the_configuration_names_is_asked_and_heard_until_it_is_named_no_more()
      throws Exception {
    try (ScriptedPeer agent = ScriptedPeer.saying("drain 75%\n")) {
      Address place = new Address.Tcp("127.0.0.1", agent.address().getPort());
      controller.apply(reporting(new Agent(new Endpoint.At(place))));
      Eventually.holds("it is heard", () -> state("a").standing().asked() == Wish.DRAIN);
      Eventually.holds(
          "it is counted",
          () ->
              metrics().stream()
                  .anyMatch(m ->
                      m.startsWith(
                          "steelyard_load_reports [pool, app, server, a, result, taken] ")));
      assertThat(metrics()).contains("steelyard_server_reported_load [pool, app, server, a] 0.25");
      assertThat(state("a").standing().wish()).isEqualTo(Wish.SERVE);
      controller.apply(web(80));
      assertThat(state("a").standing().asked()).isEqualTo(Wish.SERVE);
      assertThat(metrics()).noneMatch(m -> m.startsWith("steelyard_load_reports"));
    }
  }

  @Test
  void load_is_asked_for_by_http_at_the_servers_own_address() throws Exception {
    String report = "{\"utilization\": {\"queue\": 0.5}}";
    try (TinyServer server = TinyServer.tcp("HTTP/1.1 200 OK\r\n\r\n" + report)) {
      controller.apply(reporting(new Http("/load"), server.port()));
      Eventually.holds("it is heard", () -> state("a").report().at(System.nanoTime()) == 0.5);
      assertThat(server.nextRequest())
          .startsWith("GET /load HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n");
    }
  }

  @Test
  void metrics_follow_the_status() {
    controller.apply(web(80));
    wish("a", Wish.DRAIN);
    state("a").acquire(0);
    assertThat(metrics())
        .containsExactly(
            "steelyard_server_up [pool, app, server, a] 1.0",
            "steelyard_server_inflight [pool, app, server, a] 1.0",
            "steelyard_server_weight_effective [pool, app, server, a] 0.0",
            "steelyard_server_ramp [pool, app, server, a] 1.0",
            "steelyard_server_wish [pool, app, server, a] 1.0",
            "steelyard_server_asked [pool, app, server, a] 0.0",
            "steelyard_server_held [pool, app, server, a] 0.0",
            "steelyard_server_ejected [pool, app, server, a] 0.0",
            "steelyard_pool_panic [pool, app] 0.0",
            "steelyard_queue_length [pool, app] 0.0",
            "steelyard_pool_inflight [pool, app] 1.0",
            "steelyard_pool_retrying [pool, app] 0.0",
            "steelyard_pool_concurrency_max [pool, app] 0.0",
            "steelyard_share_degraded [] 0.0",
            "steelyard_share_changes_told [] 0.0",
            "steelyard_share_changes_heard [] 0.0",
            "steelyard_share_changes_learnt [] 0.0",
            "steelyard_share_changes_lost [] 0.0",
            "steelyard_share_facts_refused [] 0.0",
            "steelyard_share_lag_seconds [] 0.0",
            "steelyard_config_revision [] 1.0",
            "steelyard_config_last_reload_successful [] 1.0");
    controller.refuse(List.of("no"));
    assertThat(metrics()).last().isEqualTo("steelyard_config_last_reload_successful [] 0.0");
    long untilNs = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    state("a").report(new LoadReport(0.25, untilNs));
    assertThat(metrics()).contains("steelyard_server_reported_load [pool, app, server, a] 0.25");
  }

  private List<String> metrics() {
    Samples samples = new Samples();
    controller.collect(samples);
    return samples.lines();
  }

  private Changed change(ServerChange change) {
    return controller.change(new ServerId("app", "a"), change);
  }

  private int weight() {
    return dataPlane.published.pools().getFirst().servers().getFirst().weight();
  }

  private Health health() {
    return state("a").standing().probed();
  }

  private static Config reporting(LoadConfig.Source source) {
    return reporting(source, 9001);
  }

  private static Config reporting(LoadConfig.Source source, int port) {
    PoolConfig plain = pool("app", server("a", port));
    LoadConfig load = new LoadConfig(source, "queue", Duration.ofMillis(50), Duration.ofMinutes(1));
    PoolConfig pool =
        new PoolConfig(
            plain.name(),
            plain.balancing(),
            plain.preferZone(),
            plain.health(),
            plain.servers(),
            plain.timeouts(),
            plain.limits(),
            plain.passive(),
            plain.holdDown(),
            Optional.of(load),
            Optional.empty(),
            Optional.empty(),
            Upstream.PLAIN);
    return config(List.of(), pool);
  }

  private static Config weighing(int weight) {
    ServerConfig server =
        new ServerConfig("a", new Address.Tcp("127.0.0.1", 9001), weight, 0, false, "");
    return config(List.of(), pool("app", server));
  }
}
