package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static io.steelyard.control.Configs.tcpChecks;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.ListenerConfig;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.LoadConfig.Source.Agent;
import io.steelyard.config.LoadConfig.Source.Http;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.Controller.Changed;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.Status.State;
import io.steelyard.control.check.ScriptedPeer;
import io.steelyard.control.check.TinyServer;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.LoadReport;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final FakeAdminSocket admin = new FakeAdminSocket(dataPlane.calls);
  private final Events events = new Events(now::get, 100);
  private final Controller controller =
      new Controller(
          new NodeInfo("1.2.3", "lb1"),
          dataPlane,
          admin,
          events,
          now::get,
          new SplittableRandom(1));

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
    wish("a", Wish.DRAIN);
    dataPlane.calls.clear();
    dataPlane.bindFails = true;
    now.set(START.plusSeconds(5));
    Outcome outcome = controller.apply(web(81));
    assertThat(outcome).isEqualTo(new Outcome.Refused(List.of("address in use: 127.0.0.1:80")));
    assertThat(dataPlane.calls).isEmpty();
    Status status = controller.status();
    assertThat(status.revision()).isEqualTo(1);
    assertThat(status.listeners().getFirst().address()).isEqualTo("127.0.0.1:80");
    assertThat(status.lastReload())
        .contains(new Status.Reload(false, "address in use: 127.0.0.1:80", START.plusSeconds(5)));
    assertThat(events.since(0)).last().extracting(Event::kind).isEqualTo(Kind.REFUSED);
    assertThat(controller.ready()).isTrue();

    dataPlane.bindFails = false;
    assertThat(controller.apply(web(81))).isEqualTo(new Outcome.Applied(2));
    assertThat(controller.status().lastReload()).get().matches(Status.Reload::successful);
  }

  @Test
  void the_admin_API_moves_with_the_configuration() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    assertThat(controller.apply(adminAt(7800))).isEqualTo(new Outcome.Applied(2));
    assertThat(dataPlane.calls)
        .containsExactly("open admin 7800", "bind []", "publish 2", "drain []", "move admin 7800");
    controller.apply(adminAt(7800));
    assertThat(dataPlane.calls).filteredOn(c -> c.contains("admin")).hasSize(2);
  }

  @Test
  void an_admin_address_that_is_taken_changes_nothing() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    admin.fails = true;
    assertThat(controller.apply(adminAt(7800)))
        .isEqualTo(new Outcome.Refused(List.of("admin address taken")));
    assertThat(dataPlane.calls).isEmpty();
    assertThat(controller.config().admin().address().port()).isEqualTo(7700);
  }

  @Test
  void an_admin_address_is_given_back_when_a_listener_cannot_be_bound() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    dataPlane.bindFails = true;
    assertThat(controller.apply(adminAt(7800))).isInstanceOf(Outcome.Refused.class);
    assertThat(dataPlane.calls).containsExactly("open admin 7800", "undo admin 7800");
  }

  @Test
  void a_name_that_stands_for_a_taken_address_is_refused_at_start_and_at_reload() {
    ListenerConfig one = listener("one", 80, "app");
    ListenerConfig two = named("two", 80);
    Config both = config(List.of(one, two), pool("app", server("a", 9001)));
    Outcome refused =
        new Outcome.Refused(
            List.of("listener two: localhost:80 overlaps 127.0.0.1:80 of listener one"));
    assertThat(controller.apply(both)).isEqualTo(refused);
    controller.apply(web(80));
    assertThat(controller.apply(both)).isEqualTo(refused);
  }

  @Test
  void a_name_server_that_does_not_answer_holds_up_neither_a_drain_nor_the_close()
      throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Lookup slow =
        new Lookup(
            address -> {
              asked.countDown();
              awaitQuietly(never);
              return address.resolve();
            },
            Duration.ofMinutes(1));
    try (Controller stuck =
        new Controller(
            new NodeInfo("1", "lb1"),
            dataPlane,
            AdminSocket.NONE,
            events,
            now::get,
            new SplittableRandom(1),
            slow)) {
      Config named = config(List.of(named("web", 80)), pool("app", server("a", 9001)));
      Thread reload = Thread.startVirtualThread(() -> stuck.apply(named));
      asked.await();
      assertThat(stuck.drain(Duration.ofSeconds(1))).isTrue();
      reload.interrupt();
      reload.join();
      assertThat(dataPlane.calls).containsExactly("drainAll 1");
    }
  }

  @Test
  void names_are_looked_up_side_by_side_and_for_a_limited_time() {
    CountDownLatch together = new CountDownLatch(2);
    CountDownLatch never = new CountDownLatch(1);
    Lookup lookup =
        new Lookup(
            address -> {
              together.countDown();
              awaitQuietly(address.toString().startsWith("slow") ? never : together);
              return new Address.Tcp("127.0.0.1", 1).resolve();
            },
            Duration.ofMillis(200));
    try (Controller bounded =
        new Controller(
            new NodeInfo("1", "lb1"),
            dataPlane,
            AdminSocket.NONE,
            events,
            now::get,
            new SplittableRandom(1),
            lookup)) {
      Config config =
          config(
              List.of(listener("web", 80, "app")),
              pool(
                  "app",
                  server("a", new Address.Tcp("quick.example", 1)),
                  server("b", new Address.Tcp("slow.example", 1))));
      assertThat(bounded.apply(config))
          .isEqualTo(
              new Outcome.Refused(
                  List.of(
                      "pool app server b: looking up the name in slow.example:1 took too long")));
    }
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
  void it_is_not_ready_before_every_checked_server_has_a_verdict() throws Exception {
    try (TinyServer up = TinyServer.tcp(null)) {
      assertThat(controller.ready()).isFalse();
      controller.apply(checked(2, 3, up.port()));
      Eventually.holds("ready", controller::ready);
      ServerStatus server = controller.status().pools().getFirst().servers().getFirst();
      assertThat(server.live().standing().probed().known()).isTrue();
      assertThat(server.live().standing().probed().up()).isTrue();
      assertThat(server.lastCheck()).get().matches(c -> c.text().equals("connected"));
      assertThat(controller.status().state()).isEqualTo(State.READY);
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
    assertThat(server.place().address()).isEqualTo("127.0.0.1:9001");
    assertThat(server.live().inFlight()).isEqualTo(1);
    assertThat(server.lastCheck()).isEmpty();
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

  private Changed wish(String server, Wish wish) {
    return controller.change(new ServerId("app", server), ServerChange.wish(wish));
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
            Optional.of(load));
    return config(List.of(), pool);
  }

  private static Config weighing(int weight) {
    ServerConfig server =
        new ServerConfig("a", new Address.Tcp("127.0.0.1", 9001), weight, 0, false, "");
    return config(List.of(), pool("app", server));
  }

  private static Config adminAt(int port) {
    Config web = web(80);
    return new Config(
        "", web.listeners(), web.pools(), new AdminConfig(new Address.Tcp("127.0.0.1", port)));
  }

  private static ListenerConfig named(String name, int port) {
    ListenerConfig l = listener(name, port, "app");
    return new ListenerConfig(
        name,
        new Address.Tcp("localhost", port),
        l.protocol(),
        l.accessLog(),
        l.trustedProxies(),
        l.routes(),
        l.timeouts(),
        l.limits());
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
