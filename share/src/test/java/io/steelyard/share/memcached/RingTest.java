package io.steelyard.share.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RingTest {
  private static final int KEYS = 100_000;

  private static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("10.0.0." + i + ":11211");
    }
    return names;
  }

  @Test
  void every_server_has_its_share() {
    Ring ring = new Ring(names(5));
    int[] counts = new int[5];
    for (int i = 0; i < KEYS; i++) {
      counts[ring.of("steelyard:s:" + i)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(KEYS / 5 * 3 / 4, KEYS / 5 * 5 / 4);
    }
  }

  @Test
  void a_server_that_comes_takes_its_share_and_moves_no_other_key() {
    Ring before = new Ring(names(5));
    Ring after = new Ring(names(6));
    int moved = 0;
    for (int i = 0; i < KEYS; i++) {
      int now = after.of("steelyard:s:" + i);
      if (now != before.of("steelyard:s:" + i)) {
        assertThat(now).isEqualTo(5);
        moved++;
      }
    }
    assertThat(moved).isBetween(KEYS / 6 * 3 / 4, KEYS / 6 * 5 / 4);
  }

  @Test
  void the_order_of_the_names_does_not_matter() {
    Ring one = new Ring(List.of("a:1", "b:1"));
    Ring other = new Ring(List.of("b:1", "a:1"));
    for (int i = 0; i < 1000; i++) {
      assertThat(one.of("k" + i)).isEqualTo(1 - other.of("k" + i));
    }
  }
}
