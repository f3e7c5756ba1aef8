package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.admin.Places.Origin;
import io.steelyard.admin.Places.Place;
import io.steelyard.admin.Places.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who gets a place, and who gives way. */
final class PlacesTest {
  private static final Origin HERE = new Origin("127.0.0.1", true);
  private static final Origin A = new Origin("a", false);
  private static final Origin B = new Origin("b", false);

  private final Places places = new Places(6, 3, 2);
  private final List<String> closed = new ArrayList<>();

  private Optional<Place> take(Origin origin, String name) {
    Taken taken = places.take(origin, () -> closed.add(name));
    assertThat(taken.lost() && taken.place().isEmpty()).isFalse();
    return taken.place();
  }

  @Test
  void the_one_that_has_owed_a_request_for_longest_gives_way_to_another_of_its_address() {
    Place first = take(A, "a1").orElseThrow();
    Place second = take(A, "a2").orElseThrow();
    take(A, "a3");
    assertThat(closed).isEmpty();
    assertThat(take(A, "a4")).isPresent();
    assertThat(closed).containsExactly("a1");
    assertThat(places.busy(first)).as("it is lost").isFalse();
    places.leave(first);
    assertThat(places.busy(second)).isTrue();
    take(A, "a5");
    assertThat(closed).containsExactly("a1", "a3");
    assertThat(places.taken()).isEqualTo(3);
  }

  @Test
  void who_is_being_answered_gives_way_to_nobody_until_it_is_idle_again() {
    List<Place> all = new ArrayList<>();
    for (String name : List.of("a1", "a2", "a3")) {
      all.add(take(A, name).orElseThrow());
      assertThat(places.busy(all.getLast())).isTrue();
    }
    assertThat(take(A, "a4")).isEmpty();
    assertThat(places.idle(all.get(1))).isTrue();
    assertThat(take(A, "a5")).isPresent();
    assertThat(closed).containsExactly("a2");
    assertThat(places.idle(all.get(1))).isFalse();
  }

  @Test
  void some_places_are_kept_for_who_is_on_this_machine() {
    take(A, "a1");
    take(A, "a2");
    take(B, "b1");
    take(B, "b2");
    take(B, "b3");
    assertThat(closed).as("four are for others").containsExactly("a1");
    take(HERE, "h1");
    take(HERE, "h2");
    assertThat(places.taken()).isEqualTo(6);
    assertThat(closed).containsExactly("a1");
    take(A, "a3");
    assertThat(closed).as("of the others").containsExactly("a1", "a2");
    take(HERE, "h3");
    assertThat(closed).as("of all").containsExactly("a1", "a2", "b1");
  }

  @Test
  void a_place_that_is_left_is_free() {
    for (int i = 0; i < 100; i++) {
      places.leave(take(A, "a").orElseThrow());
    }
    assertThat(places.taken()).isZero();
    assertThat(closed).isEmpty();
  }
}
