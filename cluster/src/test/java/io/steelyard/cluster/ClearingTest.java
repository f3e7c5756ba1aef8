package io.steelyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClearingTest {
  private static Optional<Clearing> told(Clearing clearing) {
    return Clearing.of(clearing.name(), clearing.value());
  }

  @Test
  void what_is_told_is_understood() {
    Clearing all = new Clearing(Optional.empty(), Optional.empty(), 1L << 60);
    Clearing pool = new Clearing(Optional.of("app"), Optional.empty(), 5);
    Clearing server = new Clearing(Optional.of("app"), Optional.of("a/b"), 6);
    assertThat(told(all)).contains(all);
    assertThat(told(pool)).contains(pool);
    assertThat(told(server)).contains(server);
  }

  @Test
  void other_facts_are_none() {
    assertThat(Clearing.of("wish/app/a", new byte[8])).isEmpty();
    assertThat(Clearing.of("clearance", new byte[8])).isEmpty();
    assertThat(Clearing.of("clear/app", new byte[7])).isEmpty();
  }
}
