package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ZonePreferenceTest {
  private static final int PICKS = 20_000;
  private final SplittableRandom random = new SplittableRandom(53);

  @ParameterizedTest
  @EnumSource
  void requests_stay_in_the_zone_while_enough_of_it_is_healthy(Algorithm algorithm) {
    FakeServers servers = FakeServers.equal(20).local(0, 1, 2, 3, 4, 5, 6, 7);
    Balancer balancer = servers.balancer(algorithm);
    assertThat(localPart(servers, balancer)).isEqualTo(1);
    servers.down(2, 5);
    assertThat(localPart(servers, balancer)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void below_that_they_spill_over_in_proportion(Algorithm algorithm) {
    FakeServers servers = FakeServers.equal(20).local(0, 1, 2, 3, 4, 5, 6, 7);
    Balancer balancer = servers.balancer(algorithm);
    servers.down(0, 1, 2, 3);
    assertThat(localPart(servers, balancer)).isBetween(0.69, 0.71);
    servers.down(4, 5);
    assertThat(localPart(servers, balancer)).isBetween(0.34, 0.36);
    servers.down(6, 7);
    assertThat(localPart(servers, balancer)).isZero();
    servers.up(0, 1, 2, 3, 4, 5);
    assertThat(localPart(servers, balancer)).isEqualTo(1);
  }

  @Test
  void the_weights_count_and_not_the_heads() {
    FakeServers servers = new FakeServers(1, 3, 1, 1).local(0, 1);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    servers.down(1);
    assertThat(localPart(servers, balancer)).isBetween(0.349, 0.351);
  }

  @Test
  void a_server_that_starts_slowly_counts_for_what_it_carries_yet() {
    FakeServers servers = new FakeServers(8, 8, 8, 8).local(0, 1);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    servers.weights[0] = 2;
    servers.touch();
    assertThat(localPart(servers, balancer)).isBetween(0.874, 0.876);
  }

  @Test
  void where_both_are_weak_neither_is_drowned() {
    FakeServers servers = FakeServers.equal(20);
    servers.local(IntStream.range(0, 10).toArray());
    Balancer balancer = servers.balancer(Algorithm.RANDOM);
    servers.down(IntStream.range(3, 10).toArray());
    servers.down(IntStream.range(11, 20).toArray());
    // 42% and 14% of everything: three quarters and one.
    assertThat(localPart(servers, balancer)).isBetween(0.749, 0.751);
  }

  @ParameterizedTest
  @EnumSource
  void a_full_zone_leaves_its_requests_to_the_others(Algorithm algorithm) {
    FakeServers servers = FakeServers.equal(6).local(0, 1).full(0, 1);
    Balancer balancer = servers.balancer(algorithm);
    assertThat(localPart(servers, balancer)).isZero();
    servers.full[1] = false;
    servers.full(2, 3, 4, 5);
    assertThat(localPart(servers, balancer)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void backups_of_the_zone_come_after_all_others_and_before_other_backups(Algorithm algorithm) {
    FakeServers servers = FakeServers.equal(4).local(0, 2).backup(2, 3);
    Balancer balancer = servers.balancer(algorithm);
    assertThat(balancer.pick(servers, 1, random)).isEqualTo(0);
    servers.down(0);
    assertThat(balancer.pick(servers, 1, random)).isEqualTo(1);
    servers.down(1);
    assertThat(balancer.pick(servers, 1, random)).isEqualTo(2);
    servers.down(2);
    assertThat(balancer.pick(servers, 1, random)).isEqualTo(3);
  }

  @Test
  void a_key_keeps_its_zone_and_its_server_while_the_zone_is_the_same() {
    FakeServers servers = FakeServers.equal(8).local(0, 1, 2, 3).down(0, 1);
    Balancer one = servers.balancer(Algorithm.HASH);
    Balancer other = servers.balancer(Algorithm.HASH);
    for (int key = 0; key < 1000; key++) {
      assertThat(one.pick(servers, key, random)).isEqualTo(other.pick(servers, key, random));
    }
  }

  private double localPart(FakeServers servers, Balancer balancer) {
    int local = 0;
    for (int i = 0; i < PICKS; i++) {
      int picked = balancer.pick(servers, i, random);
      local += servers.local[picked] ? 1 : 0;
    }
    return (double) local / PICKS;
  }
}
