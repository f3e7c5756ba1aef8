package io.steelyard.sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EventQueueTest {
  private record Added(long atNs, long event) {}

  @Test
  void events_come_by_time_and_those_of_one_time_in_their_order() {
    SplittableRandom random = new SplittableRandom(1);
    for (int size : new int[] {1, 2, 3, 5, 100, 5000}) {
      EventQueue queue = new EventQueue();
      List<Added> added = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        added.add(new Added(random.nextLong(Math.max(1, size / 3)), i));
        queue.add(added.getLast().atNs(), i);
      }
      added.sort(Comparator.comparingLong(Added::atNs));
      for (Added next : added) {
        assertThat(queue.take()).isEqualTo(next.event());
        assertThat(queue.nowNs()).isEqualTo(next.atNs());
      }
      assertThat(queue.isEmpty()).isTrue();
    }
  }

  @Test
  void events_that_are_added_meanwhile_find_their_place() {
    SplittableRandom random = new SplittableRandom(2);
    EventQueue queue = new EventQueue();
    queue.add(0, 0);
    long last = 0;
    for (int i = 0; i < 20_000; i++) {
      queue.take();
      assertThat(queue.nowNs()).isGreaterThanOrEqualTo(last);
      last = queue.nowNs();
      for (int more = queue.isEmpty() ? 1 : random.nextInt(3); more > 0; more--) {
        queue.add(last + random.nextLong(50), i);
      }
    }
  }

  @Test
  void nothing_happens_in_the_past() {
    EventQueue queue = new EventQueue();
    queue.add(5, 0);
    queue.take();
    assertThatThrownBy(() -> queue.add(4, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
