package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LocalPortsTest {
  @Test
  void both_ends_of_the_range_count() {
    assertThat(LocalPorts.count("32768\t60999\n")).isEqualTo(28_232);
    assertThat(LocalPorts.count("1024 1024\n")).isEqualTo(1);
    assertThat(LocalPorts.count()).isBetween(1, 65_535);
  }

  @Test
  void what_is_no_range_is_taken_for_the_usual_one() {
    assertThat(LocalPorts.count("")).isEqualTo(28_232);
    assertThat(LocalPorts.count("5 4")).isEqualTo(28_232);
    assertThat(LocalPorts.count("a b")).isEqualTo(28_232);
  }
}
