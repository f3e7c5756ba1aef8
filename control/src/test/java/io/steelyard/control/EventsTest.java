package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.Event.Kind;
import io.steelyard.core.server.ServerId;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final ServerId B = new ServerId("app", "b");

  private final Events events = new Events(InstantSource.fixed(Instant.EPOCH), 3);

  @Test
  void the_latest_are_kept_and_the_others_counted() {
    for (int i = 1; i <= 5; i++) {
      events.add(Kind.CONFIGURED, "event " + i);
    }
    assertThat(events.since(0))
        .extracting(Event::text)
        .containsExactly("event 3", "event 4", "event 5");
    assertThat(events.dropped()).isEqualTo(2);
  }

  @Test
  void a_reader_goes_on_from_the_last_number_it_saw() {
    events.add(Kind.CONFIGURED, "one");
    events.add(Kind.SERVER_DOWN, B, "two");
    assertThat(events.since(1))
        .containsExactly(new Event(2, Instant.EPOCH, Kind.SERVER_DOWN, Optional.of(B), "two"));
    assertThat(events.since(2)).isEmpty();
    assertThat(events.dropped()).isZero();
  }

  @Test
  void kinds_are_written_in_kebab_case() {
    assertThat(Kind.SERVER_DOWN.label()).isEqualTo("server-down");
  }

  @Test
  void a_reader_that_waits_is_woken_by_the_next_event() throws Exception {
    List<Event> seen = new ArrayList<>();
    Thread reader =
        Thread.startVirtualThread(() -> {
          try {
            seen.addAll(events.await(0, Duration.ofSeconds(30)));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Eventually.holds("it waits", () -> reader.getState() == Thread.State.TIMED_WAITING);
    events.add(Kind.CONFIGURED, "one");
    reader.join();
    assertThat(seen).extracting(Event::text).containsExactly("one");
    assertThat(events.await(1, Duration.ofMillis(1))).isEmpty();
    assertThat(events.latest()).isEqualTo(1);
  }
}
