package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.Event.Kind;
import io.steelyard.control.probe.CheckResult;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class StandingsTest {
  private final Events events = new Events(InstantSource.fixed(Instant.EPOCH), 100);
  private final Standings standings = new Standings(events);
  private final ServerState server =
      new ServerState(
          new ServerId("app", "b"),
          new PoolState("app", 1),
          new Standing(Wish.SERVE, Health.unknown(2, 3)));

  @Test
  void only_a_flip_of_the_verdict_is_an_event_and_it_says_why() {
    found(true, "answered 200");
    found(false, "connect refused");
    found(false, "connect refused");
    assertThat(events.since(0)).isEmpty();
    found(false, "connect refused");
    found(false, "connect refused");
    found(true, "answered 200");
    found(true, "answered 204");
    assertThat(events.since(0))
        .extracting(Event::text)
        .containsExactly(
            "pool app server b is DOWN: connect refused (3 of 3 checks failed)",
            "pool app server b is UP: answered 204 (2 of 2 checks passed)");
    assertThat(events.since(0))
        .extracting(Event::kind)
        .containsExactly(Kind.SERVER_DOWN, Kind.SERVER_UP);
  }

  @Test
  void a_first_verdict_is_an_event_when_it_changes_something_or_is_bad() {
    found(true, "answered 200");
    assertThat(events.since(0)).isEmpty();
    server.standing(new Standing(Wish.SERVE, Health.awaiting(2, 3)));
    found(true, "answered 200");
    server.standing(new Standing(Wish.SERVE, Health.awaiting(2, 3)));
    found(false, "connect refused");
    assertThat(events.since(0))
        .extracting(Event::text)
        .containsExactly(
            "pool app server b is UP: answered 200 (the first check passed)",
            "pool app server b is DOWN: connect refused (the first check failed)");
  }

  @Test
  void checks_and_wishes_do_not_overwrite_each_other() {
    standings.wish(server, Wish.DRAIN);
    found(false, "x");
    assertThat(server.standing().wish()).isEqualTo(Wish.DRAIN);
    assertThat(server.standing().probed().up()).isFalse();
    standings.wish(server, Wish.SERVE);
    assertThat(server.standing().probed().up()).isFalse();
  }

  @Test
  void wishing_what_is_already_wished_is_no_event() {
    standings.wish(server, Wish.SERVE);
    assertThat(events.since(0)).isEmpty();
    standings.wish(server, Wish.MAINTENANCE);
    assertThat(events.since(0))
        .extracting(Event::text)
        .containsExactly("pool app server b is to be in maintenance");
  }

  private void found(boolean passed, String text) {
    standings.found(server, new CheckResult(passed, text, Duration.ZERO, Instant.EPOCH));
  }
}
