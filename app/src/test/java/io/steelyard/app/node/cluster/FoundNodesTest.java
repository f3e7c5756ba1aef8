package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FoundNodesTest {
  @Test
  void others_are_found_and_this_node_is_not() {
    Map<String, String> told =
        Map.of("lb1", "10.0.0.11:7701", "lb2", "[fd00::12]:7701", "lb3", "lb3.example:7701");
    assertThat(FoundNodes.others(told, "lb1"))
        .containsExactlyInAnyOrder("[fd00::12]:7701", "lb3.example:7701");
  }

  @Test
  void what_is_no_address_is_left_out() {
    Map<String, String> told =
        Map.of(
            "a",
            "",
            "b",
            ":7701",
            "c",
            "10.0.0.1",
            "d",
            "10.0.0.1:0",
            "e",
            "10.0.0.1:65536",
            "f",
            "a b:7701",
            "g",
            "unix:/x:1",
            "h",
            "10.0.0.1:7701\n");
    assertThat(FoundNodes.others(told, "lb1")).isEmpty();
  }

  @Test
  void there_are_no_more_of_them_than_can_be_configured() {
    Map<String, String> told = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      told.put("n" + i, "10.0." + i / 250 + "." + i % 250 + ":7701");
    }
    assertThat(FoundNodes.others(told, "lb1")).hasSize(FoundNodes.MAX);
  }
}
