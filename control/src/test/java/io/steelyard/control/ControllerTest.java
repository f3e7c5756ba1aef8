package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.ListenerConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.Status.State;
import io.steelyard.control.check.TinyServer;
import io.steelyard.control.discovery.source.Sources;
import io.steelyard.core.health.Wish;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** From one configuration to the next, readiness, and the end. */
final class ControllerTest extends ControllerFixture {
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
  void what_is_served_already_is_not_published_again() {
    controller.apply(web(80));
    dataPlane.calls.clear();
    int told = events.since(0).size();
    now.set(START.plusSeconds(5));
    assertThat(controller.apply(web(80))).isEqualTo(new Outcome.Applied(1));
    assertThat(dataPlane.calls).isEmpty();
    assertThat(events.since(0)).hasSize(told);
    assertThat(controller.status().lastReload())
        .contains(new Status.Reload(true, "", START.plusSeconds(5)));
  }

  @Test
  void pools_that_do_not_change_are_published_as_they_are() {
    controller.apply(web(80));
    Pool before = dataPlane.published.pools().getFirst();
    controller.apply(web(81));
    assertThat(dataPlane.published.revision()).isEqualTo(2);
    assertThat(dataPlane.published.pools().getFirst()).isSameAs(before);
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

  private Controller lookingUpWith(Lookup lookup) {
    return new Controller(
        new NodeInfo("1", "lb1"),
        dataPlane,
        AdminSocket.NONE,
        Sharing.NONE,
        events,
        now::get,
        new SplittableRandom(1),
        lookup,
        Sources::open);
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
    try (Controller stuck = lookingUpWith(slow)) {
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
    try (Controller bounded = lookingUpWith(lookup)) {
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
  void a_reload_that_adds_servers_does_not_make_it_unready() throws Exception {
    controller.apply(web(80));
    assertThat(controller.ready()).isTrue();
    try (TinyServer silent = TinyServer.tcp(null)) {
      controller.apply(checked(2, 3, silent.port()));
      assertThat(controller.ready()).isTrue();
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
        l.proxyProtocol(),
        Optional.empty(),
        l.routes(),
        l.timeouts(),
        l.limits(),
        ListenerPolicy.NONE);
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
