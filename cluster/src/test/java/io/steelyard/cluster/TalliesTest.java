package io.steelyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TalliesTest {
  private final Tallies tallies = new Tallies(100);

  @Test
  void what_is_told_twice_counts_once() {
    tallies.heard("a", Map.of("requests", 5L), 0);
    tallies.heard("a", Map.of("requests", 7L), 1);
    tallies.heard("a", Map.of("requests", 7L), 2);
    tallies.heard("b", Map.of("requests", 1L, "errors", 2L), 2);
    assertThat(tallies.sums(Map.of("requests", 10L), 3))
        .isEqualTo(Map.of("requests", 18L, "errors", 2L));
  }

  @Test
  void who_is_not_heard_of_any_more_is_left_out() {
    tallies.heard("a", Map.of("requests", 5L), 0);
    assertThat(tallies.sums(Map.of(), 100)).containsEntry("requests", 5L);
    assertThat(tallies.sums(Map.of(), 101)).isEmpty();
  }

  @Test
  void a_node_that_begins_anew_counts_from_its_beginning() {
    tallies.heard("a", Map.of("requests", 500L), 0);
    tallies.heard("a", Map.of("requests", 1L), 1);
    assertThat(tallies.sums(Map.of(), 2)).containsEntry("requests", 1L);
  }

  @Test
  void no_more_nodes_are_remembered_than_there_may_be() {
    for (int i = 0; i < 1000; i++) {
      tallies.heard("n" + i, Map.of("requests", 1L), 0);
    }
    assertThat(tallies.sums(Map.of(), 0)).containsEntry("requests", (long) Tallies.NODES_MAX);
  }
}
