package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TrialNodesTest {
  private static final List<String> NODES = List.of("lb3", "lb1", "lb2", "lb4");

  @Test
  void a_number_or_a_share_are_the_first_by_name() {
    assertThat(TrialNodes.choose("1", NODES).names()).containsExactly("lb1");
    assertThat(TrialNodes.choose("50%", NODES).names()).containsExactly("lb1", "lb2");
    assertThat(TrialNodes.choose("1%", NODES).names()).containsExactly("lb1");
    assertThat(TrialNodes.choose("75%", NODES).names()).hasSize(3);
  }

  @Test
  void names_are_those_nodes() {
    assertThat(TrialNodes.choose("lb4, lb2", NODES).names()).containsExactly("lb4", "lb2");
    assertThat(TrialNodes.choose("lb9", NODES).why()).contains("no node 'lb9'", "lb1, lb2, lb3");
  }

  @Test
  void all_of_them_are_too_many_however_they_are_told() {
    for (String all : List.of("4", "100%", "90%", "lb1,lb2,lb3,lb4")) {
      assertThat(TrialNodes.choose(all, NODES).names()).isEmpty();
      assertThat(TrialNodes.choose(all, NODES).why())
          .contains("those are all 4 nodes, lb1, lb2, lb3, lb4", "at least one");
    }
    assertThat(TrialNodes.choose("1", List.of("lb1")).why()).contains("lb1 is the only node");
  }

  @Test
  void what_cannot_be_says_why() {
    assertThat(TrialNodes.choose("5", NODES).why()).contains("only 4 nodes");
    assertThat(TrialNodes.choose("0", NODES).why()).contains("expected a number of nodes");
    assertThat(TrialNodes.choose("101%", NODES).why()).contains("expected a number of nodes");
    assertThat(TrialNodes.choose("1", List.of()).why()).contains("no node has said yet");
  }
}
