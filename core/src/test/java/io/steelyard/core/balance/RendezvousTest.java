package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final int KEYS = 60_000;

  private static int owner(long key, long[] servers, int[] weights) {
    int best = 0;
    for (int i = 1; i < servers.length; i++) {
      if (Rendezvous.score(key, servers[i], weights[i])
          > Rendezvous.score(key, servers[best], weights[best])) {
        best = i;
      }
    }
    return best;
  }

  @Test
  void keys_are_shared_by_weight() {
    int[] counts = new int[3];
    for (int key = 0; key < KEYS; key++) {
      counts[owner(key, new long[] {11, 12, 13}, new int[] {1, 2, 3})]++;
    }
    assertThat(counts[0]).isBetween(KEYS / 6 - 500, KEYS / 6 + 500);
    assertThat(counts[1]).isBetween(KEYS / 3 - 500, KEYS / 3 + 500);
    assertThat(counts[2]).isBetween(KEYS / 2 - 500, KEYS / 2 + 500);
  }

  @Test
  void who_leaves_moves_no_keys_but_its_own() {
    for (int key = 0; key < KEYS; key++) {
      int before = owner(key, new long[] {11, 12, 13}, new int[] {1, 1, 1});
      int after = owner(key, new long[] {11, 12}, new int[] {1, 1});
      assertThat(before == 2 || before == after).isTrue();
    }
  }
}
