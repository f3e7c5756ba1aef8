package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:7700",
        "127.3.2.1",
        "localhost",
        "LocalHost:80",
        "[::1]",
        "[::1]:1"
      })
  void the_loopback_is_accepted(String host) {
    assertThat(HostCheck.isLoopback(host)).isTrue();
  }

  @Test
  void a_probe_without_a_host_is_accepted_since_no_browser_leaves_it_out() {
    assertThat(HostCheck.isLoopback(null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":7700",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[::2]",
        "[::1",
        "0.0.0.0",
        "2130706433.evil"
      })
  void anything_else_is_not(String host) {
    assertThat(HostCheck.isLoopback(host)).isFalse();
  }
}
