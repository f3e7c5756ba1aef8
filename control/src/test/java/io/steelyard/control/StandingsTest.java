package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.check.CheckResult;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Upstream;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandingsTest {
  private static final LoadConfig AGENT =
      LoadConfig.of(new LoadConfig.Source.Agent(new Endpoint.Port(9)));

  private static final long SECOND_NS = 1_000_000_000;

  private final Events events = new Events(InstantSource.fixed(Instant.EPOCH), 100);
  private final AtomicLong nowNs = new AtomicLong(1);
  private final Standings standings = new Standings(events, nowNs::get);
  private View view;
  private ServerState server;
  private long told;

  /** Three servers that are up, so that one can be taken out. */
  @BeforeEach
  void configure() throws RefusedException {
    view = view(View.NOTHING);
    standings.adopt(Changes.between(View.NOTHING, view));
    server = state("b");
    for (String name : List.of("a", "b", "c")) {
      found(state(name), true, "answered 200");
    }
    told = events.latest();
  }

  @AfterEach
  void close() {
    standings.close();
  }

  @Test
  void only_a_flip_of_the_verdict_is_an_event_and_it_says_why() {
    found(false, "connect refused");
    found(false, "connect refused");
    assertThat(news()).isEmpty();
    found(false, "connect refused");
    found(false, "connect refused");
    found(true, "answered 200");
    found(true, "answered 204");
    assertThat(news())
        .extracting(Event::text)
        .containsExactly(
            "pool app server b is DOWN: connect refused (3 of 3 checks failed)",
            "pool app server b is UP: answered 204 (2 of 2 checks passed)");
    assertThat(news()).extracting(Event::kind).containsExactly(Kind.SERVER_DOWN, Kind.SERVER_UP);
    assertThat(news()).first().extracting(Event::about).isEqualTo(Optional.of(server.id()));
  }

  @Test
  void checks_and_wishes_do_not_overwrite_each_other() {
    standings.wish(server, Wish.DRAIN);
    standings.asked(server, Wish.MAINTENANCE, "its agent says 'maint'");
    for (int i = 0; i < 3; i++) {
      found(false, "x");
    }
    assertThat(server.standing().wish()).isEqualTo(Wish.DRAIN);
    assertThat(server.standing().asked()).isEqualTo(Wish.MAINTENANCE);
    assertThat(server.standing().probed().up()).isFalse();
    standings.wish(server, Wish.SERVE);
    assertThat(server.standing().probed().up()).isFalse();
    assertThat(server.standing().asked()).isEqualTo(Wish.MAINTENANCE);
  }

  @Test
  void wishing_what_is_already_wished_is_no_event() {
    standings.wish(server, Wish.SERVE);
    standings.asked(server, Wish.SERVE, "its agent says 'ready'");
    assertThat(news()).isEmpty();
    standings.wish(server, Wish.MAINTENANCE);
    standings.asked(server, Wish.DRAIN, "its agent says 'drain'");
    assertThat(news())
        .extracting(Event::text)
        .containsExactly(
            "pool app server b is to be in maintenance",
            "pool app server b asks to drain: its agent says 'drain'");
  }

  @Test
  void failing_traffic_ejects_with_an_event_and_a_counter_and_time_brings_it_back() {
    for (int i = 0; i < 5; i++) {
      server.ended(0, Outcome.BROKEN);
    }
    pass(SECOND_NS);
    assertThat(server.standing().ejected()).isTrue();
    assertThat(news()).last().extracting(Event::kind).isEqualTo(Kind.SERVER_EJECTED);
    assertThat(metrics())
        .contains("steelyard_ejections [pool, app, server, b, reason, consecutive-failures] 1.0");
    pass(60 * SECOND_NS);
    assertThat(server.standing().ejected()).isFalse();
    assertThat(news()).last().extracting(Event::kind).isEqualTo(Kind.SERVER_RETURNED);
  }

  @Test
  void the_failure_that_is_one_too_many_ejects_without_a_tick() {
    for (int i = 0; i < 5; i++) {
      server.ended(0, Outcome.BROKEN);
    }
    Eventually.holds("it is ejected", () -> server.standing().ejected());
    assertThat(state("a").standing().ejected()).isFalse();
  }

  @Test
  void when_few_are_left_the_pool_panics_and_says_so() {
    for (String name : List.of("a", "b", "c")) {
      for (int i = 0; i < 3; i++) {
        found(state(name), false, "connect refused");
      }
    }
    pass(SECOND_NS);
    assertThat(server.pool().panic()).isTrue();
    assertThat(news()).extracting(Event::kind).contains(Kind.POOL_PANIC);
    assertThat(news())
        .filteredOn(e -> e.kind() == Kind.POOL_PANIC)
        .extracting(Event::about)
        .containsExactly(Optional.of(new ServerId("app", "")));
  }

  @Test
  void checks_are_counted_by_their_result() {
    found(false, "x");
    assertThat(metrics())
        .contains(
            "steelyard_checks [pool, app, server, b, result, failed] 1.0",
            "steelyard_checks [pool, app, server, b, result, passed] 1.0");
  }

  @Test
  void without_an_agent_nothing_is_asked_for_any_more() throws RefusedException {
    View asked = view(view, Optional.of(AGENT));
    standings.adopt(Changes.between(view, asked));
    standings.asked(server, Wish.MAINTENANCE, "its agent says 'maint'");
    standings.wish(server, Wish.DRAIN);
    standings.adopt(Changes.between(asked, view(asked)));
    assertThat(server.standing().asked()).isEqualTo(Wish.SERVE);
    assertThat(server.standing().wish()).isEqualTo(Wish.DRAIN);
  }

  private static View view(View previous) throws RefusedException {
    return view(previous, Optional.empty());
  }

  private static View view(View previous, Optional<LoadConfig> load) throws RefusedException {
    Optional<HealthConfig> checks = Configs.tcpChecks(2, 3);
    PassiveHealth passive =
        new PassiveHealth(
            5,
            0,
            20,
            0,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            0.5);
    Balancing plain = Balancing.of(Algorithm.ROUND_ROBIN);
    PoolConfig pool =
        new PoolConfig(
            "app",
            new Balancing(plain.algorithm(), plain.hashKey(), 0, "", Duration.ofSeconds(0), 0.5),
            false,
            checks,
            List.of(Configs.server("a", 1), Configs.server("b", 2), Configs.server("c", 3)),
            PoolTimeouts.DEFAULT,
            PoolLimits.DEFAULT,
            passive,
            HoldDown.NONE,
            load,
            Optional.empty(),
            Optional.empty(),
            Upstream.PLAIN);
    Config config = Configs.config(List.of(), pool);
    return SnapshotBuilder.build(config, previous, 1, 1, Address::resolve, () -> Configs.KEYS);
  }

  private void pass(long ns) {
    nowNs.addAndGet(ns);
    standings.tick();
  }

  private ServerState state(String name) {
    return view.state(new ServerId("app", name)).orElseThrow();
  }

  private void found(boolean passed, String text) {
    found(server, passed, text);
  }

  private void found(ServerState state, boolean passed, String text) {
    standings.found(state, new CheckResult(passed, text, Duration.ZERO, Instant.EPOCH));
  }

  private List<Event> news() {
    return events.since(told);
  }

  private List<String> metrics() {
    Samples samples = new Samples();
    standings.collect(samples);
    return samples.lines();
  }
}
