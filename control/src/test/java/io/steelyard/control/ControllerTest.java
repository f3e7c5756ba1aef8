package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static io.steelyard.control.Configs.tcpChecks;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.Status.State;
import io.steelyard.control.probe.TinyServer;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControllerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final FakeDataPlane dataPlane = new FakeDataPlane();
  private final Events events = new Events(now::get, 100);
  private final Controller controller =
      new Controller(
          new NodeInfo("1.2.3", "lb1"), dataPlane, events, now::get, new SplittableRandom(1));

  @AfterEach
  void stopTheChecks() {
    controller.close();
  }

  @Test
  void the_first_configuration_binds_publishes_and_makes_ready() {
    assertThat(controller.ready()).isFalse();
    assertThat(controller.apply(web(80))).isEqualTo(new Outcome.Applied(1));
    assertThat(dataPlane.calls).containsExactly("bind [web]", "publish 1", "drain []");
    assertThat(controller.ready()).isTrue();
  }

  @Test
  void a_reload_binds_the_new_publishes_and_drains_the_old_in_this_order() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    assertThat(controller.apply(web(81))).isEqualTo(new Outcome.Applied(2));
    assertThat(dataPlane.calls).containsExactly("bind [web]", "publish 2", "drain [web]");
  }

  @Test
  void a_failed_bind_changes_nothing_and_is_reported() {
    controller.apply(web(80));
    controller.wish(new ServerId("app", "a"), Wish.DRAIN);
    dataPlane.calls.clear();
    dataPlane.bindFails = true;
    now.set(START.plusSeconds(5));
    Outcome outcome = controller.apply(web(81));
    assertThat(outcome)
        .isEqualTo(new Outcome.Refused(List.of("cannot listen: address in use: 127.0.0.1:80")));
    assertThat(dataPlane.calls).isEmpty();
    Status status = controller.status();
    assertThat(status.revision()).isEqualTo(1);
    assertThat(status.listeners().getFirst().address()).isEqualTo("127.0.0.1:80");
    assertThat(status.lastReload())
        .contains(
            new Status.Reload(
                false, "cannot listen: address in use: 127.0.0.1:80", START.plusSeconds(5)));
    assertThat(events.since(0)).last().extracting(Event::kind).isEqualTo(Kind.REFUSED);
    assertThat(controller.ready()).isTrue();

    dataPlane.bindFails = false;
    assertThat(controller.apply(web(81))).isEqualTo(new Outcome.Applied(2));
    assertThat(controller.status().lastReload()).get().matches(Status.Reload::successful);
  }

  @Test
  void names_that_do_not_resolve_are_all_named_and_nothing_changes() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    Config bad =
        config(
            List.of(listener("web", 80, "app")),
            pool(
                "app",
                server("a", new Address.Tcp("no-such-host.invalid", 1)),
                server("b", new Address.Tcp("neither.invalid", 2))));
    Outcome outcome = controller.apply(bad);
    assertThat(((Outcome.Refused) outcome).errors())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("pool app server a: the name in no-such-host.invalid:1");
    assertThat(dataPlane.calls).isEmpty();
  }

  @Test
  void state_lives_on_through_reloads_by_the_servers_name() {
    controller.apply(web(80));
    ServerState before = state("a");
    before.acquire(1);
    controller.wish(before.id(), Wish.DRAIN);
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
          meanwhile.add(server.known());
        };
    try (TinyServer up = TinyServer.tcp(null)) {
      controller.apply(checked(2, 3, up.port()));
      assertThat(meanwhile).containsExactly(true, false);
    }
  }

  @Test
  void it_is_not_ready_before_every_checked_server_has_a_verdict() throws Exception {
    try (TinyServer up = TinyServer.tcp(null)) {
      assertThat(controller.ready()).isFalse();
      controller.apply(checked(2, 3, up.port()));
      Eventually.holds("ready", controller::ready);
      ServerStatus server = controller.status().pools().getFirst().servers().getFirst();
      assertThat(server.known()).isTrue();
      assertThat(server.up()).isTrue();
      assertThat(server.lastCheck()).get().matches(c -> c.text().equals("connected"));
      assertThat(controller.status().state()).isEqualTo(State.READY);
    }
  }

  @Test
  void a_server_that_is_down_from_the_start_is_reported_in_words() throws Exception {
    controller.apply(checked(2, 3, closedPort()));
    Eventually.holds("ready", controller::ready);
    assertThat(events.since(0))
        .extracting(Event::text)
        .contains("pool app server a is DOWN: connect refused (the first check failed)");
  }

  @Test
  void a_reload_that_adds_servers_does_not_make_it_unready() throws Exception {
    controller.apply(web(80));
    assertThat(controller.ready()).isTrue();
    try (TinyServer silent = TinyServer.tcp(null)) {
      controller.apply(checked(2, 3, silent.port()));
      assertThat(controller.ready()).isTrue();
    }
  }

  @Test
  void a_wish_for_a_server_that_is_not_there_says_so() {
    controller.apply(web(80));
    assertThat(controller.wish(new ServerId("app", "zz"), Wish.DRAIN)).isFalse();
    assertThat(controller.wish(new ServerId("app", "a"), Wish.MAINTENANCE)).isTrue();
    assertThat(state("a").standing().takesNew()).isFalse();
    assertThat(events.since(0)).last().extracting(Event::kind).isEqualTo(Kind.WISH);
  }

  @Test
  void while_draining_it_is_not_ready_and_takes_no_configuration() throws Exception {
    controller.apply(web(80));
    List<Object> meanwhile = new ArrayList<>();
    dataPlane.whileDraining =
        () -> {
          meanwhile.add(controller.ready());
          meanwhile.add(controller.status().state());
          meanwhile.add(controller.apply(web(81)).getClass());
        };
    assertThat(controller.drain(Duration.ofSeconds(7))).isTrue();
    assertThat(meanwhile).containsExactly(false, State.DRAINING, Outcome.Refused.class);
    assertThat(dataPlane.calls).last().isEqualTo("drainAll 7");
  }

  @Test
  void a_configuration_that_waits_for_its_turn_while_a_drain_begins_is_refused() throws Exception {
    CountDownLatch binding = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    dataPlane.whileBinding =
        () -> {
          binding.countDown();
          awaitQuietly(go);
        };
    Thread first = Thread.startVirtualThread(() -> controller.apply(web(80)));
    binding.await();
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread second = Thread.startVirtualThread(() -> outcome.set(controller.apply(web(81))));
    Eventually.holds("it waits", () -> second.getState() == Thread.State.WAITING);
    Thread drainer = Thread.startVirtualThread(this::drainQuietly);
    Eventually.holds("draining", () -> controller.status().state() == State.DRAINING);
    go.countDown();
    first.join();
    second.join();
    drainer.join();
    assertThat(outcome.get()).isInstanceOf(Outcome.Refused.class);
    assertThat(dataPlane.published.revision()).isEqualTo(1);
    assertThat(dataPlane.calls)
        .containsExactly("bind [web]", "publish 1", "drain []", "drainAll 1");
  }

  @Test
  void concurrent_callers_are_served_one_after_the_other() throws Exception {
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int port = 8000 + i;
      callers.add(Thread.startVirtualThread(() -> controller.apply(web(port))));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(controller.status().revision()).isEqualTo(20);
    assertThat(dataPlane.calls).hasSize(60);
    for (int i = 0; i < 20; i++) {
      assertThat(dataPlane.calls.get(3 * i + 1)).isEqualTo("publish " + (i + 1));
    }
  }

  @Test
  void the_status_says_how_the_node_stands() {
    assertThat(controller.status().state()).isEqualTo(State.STARTING);
    assertThat(controller.status().lastReload()).isEmpty();
    controller.apply(web(80));
    state("a").acquire(0);
    now.set(START.plusSeconds(90));
    Status status = controller.status();
    assertThat(status.version()).isEqualTo("1.2.3");
    assertThat(status.node()).isEqualTo("lb1");
    assertThat(status.uptime()).isEqualTo(Duration.ofSeconds(90));
    assertThat(status.lastReload()).contains(new Status.Reload(true, "", START));
    ServerStatus server = status.pools().getFirst().servers().getFirst();
    assertThat(server.address()).isEqualTo("127.0.0.1:9001");
    assertThat(server.inFlight()).isEqualTo(1);
    assertThat(server.lastCheck()).isEmpty();
  }

  @Test
  void metrics_follow_the_status() {
    controller.apply(web(80));
    controller.wish(new ServerId("app", "a"), Wish.DRAIN);
    state("a").acquire(0);
    assertThat(metrics())
        .containsExactly(
            "steelyard_server_up [pool, app, server, a] 1.0",
            "steelyard_server_inflight [pool, app, server, a] 1.0",
            "steelyard_server_weight_effective [pool, app, server, a] 0.0",
            "steelyard_config_revision [] 1.0",
            "steelyard_config_last_reload_successful [] 1.0");
    controller.refuse(List.of("no"));
    assertThat(metrics()).last().isEqualTo("steelyard_config_last_reload_successful [] 0.0");
  }

  private List<String> metrics() {
    List<String> samples = new ArrayList<>();
    controller.collect(
        new MetricSink() {
          @Override
          public void counter(String name, String help, double value, String... labels) {
            throw new AssertionError(name);
          }

          @Override
          public void gauge(String name, String help, double value, String... labels) {
            samples.add(name + " " + List.of(labels) + " " + value);
          }

          @Override
          public void histogram(
              String name,
              String help,
              double[] upperBounds,
              long[] counts,
              double sum,
              String... labels) {
            throw new AssertionError(name);
          }
        });
    return samples;
  }

  private Health health() {
    return state("a").standing().probed();
  }

  private ServerState state(String name) {
    return dataPlane.published.pools().getFirst().servers().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static Config web(int port) {
    return config(List.of(listener("web", port, "app")), pool("app", server("a", 9001)));
  }

  private static Config checked(int rise, int fall, int port) {
    return config(
        List.of(listener("web", 80, "app")), pool("app", tcpChecks(rise, fall), server("a", port)));
  }

  private static int closedPort() throws Exception {
    try (TinyServer server = TinyServer.tcp("")) {
      return server.port();
    }
  }

  private void drainQuietly() {
    try {
      controller.drain(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
