package io.steelyard.share.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PutTest {
  private static final long NOW_S = 1_800_000_000;

  @Test
  void what_is_kept_for_more_than_thirty_days_has_a_date() {
    int days30 = 30 * 24 * 3600;
    assertThat(Put.always("k", new byte[3], 60).line(NOW_S)).isEqualTo("set k 0 61 3");
    assertThat(Put.always("k", new byte[3], 0).line(NOW_S)).isEqualTo("set k 0 0 3");
    assertThat(Put.always("k", new byte[3], days30 - 1).line(NOW_S))
        .isEqualTo("set k 0 " + days30 + " 3");
    assertThat(Put.always("k", new byte[3], days30).line(NOW_S))
        .isEqualTo("set k 0 " + (NOW_S + days30 + 1) + " 3");
    assertThat(Put.always("k", new byte[0], Integer.MAX_VALUE).line(NOW_S))
        .isEqualTo("set k 0 " + (NOW_S + Integer.MAX_VALUE + 1) + " 0");
  }

  @Test
  void versions_are_unsigned() {
    Value there = new Value(new byte[0], -1);
    assertThat(Put.over(there, "k", new byte[1], 1).line(NOW_S))
        .isEqualTo("cas k 0 2 1 18446744073709551615");
    assertThat(Put.over(null, "k", new byte[1], 1).line(NOW_S)).isEqualTo("add k 0 2 1");
  }
}
