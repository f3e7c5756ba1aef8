package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.Event.Kind;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class EventsTest {
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
    events.add(Kind.SERVER_DOWN, "two");
    assertThat(events.since(1))
        .containsExactly(new Event(2, Instant.EPOCH, Kind.SERVER_DOWN, "two"));
    assertThat(events.since(2)).isEmpty();
    assertThat(events.dropped()).isZero();
  }

  @Test
  void kinds_are_written_in_kebab_case() {
    assertThat(Kind.SERVER_DOWN.label()).isEqualTo("server-down");
  }
}
