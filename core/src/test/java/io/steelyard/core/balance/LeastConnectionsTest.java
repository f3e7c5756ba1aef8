package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest {
  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void the_server_with_the_fewest_requests_for_its_weight_is_picked() {
    FakeServers servers = new FakeServers(1, 2, 4);
    Balancer balancer = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    servers.loads[0] = 10;
    servers.loads[1] = 19;
    servers.loads[2] = 41;
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(1);
    servers.loads[1] = 22;
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(2);
    servers.loads[2] = 44;
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(0);
    servers.down(0);
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(2);
  }

  @Test
  void requests_that_stay_open_pile_up_by_weight() {
    FakeServers servers = new FakeServers(1, 2, 5);
    Balancer balancer = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    for (int i = 0; i < 800; i++) {
      servers.loads[balancer.pick(servers, 0, random)]++;
    }
    assertThat(servers.loads).containsExactly(100, 200, 500);
  }

  @Test
  void idle_servers_share_by_weight_instead_of_the_first_taking_all() {
    FakeServers servers = new FakeServers(1, 2, 3);
    Balancer balancer = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    int[] counts = new int[3];
    for (int i = 0; i < 600; i++) {
      counts[balancer.pick(servers, 0, random)]++;
    }
    assertThat(counts).containsExactly(100, 200, 300);
  }

  @Test
  void a_server_that_starts_slowly_is_not_flooded_although_it_is_idle() {
    FakeServers servers = new FakeServers(256, 256, 256, 16);
    Balancer balancer = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    Arrays.fill(servers.loads, 0, 3, 10);
    int[] counts = new int[4];
    for (int i = 0; i < 15; i++) {
      int picked = balancer.pick(servers, 0, random);
      counts[picked]++;
      servers.loads[picked]++;
    }
    assertThat(counts).containsExactly(5, 5, 5, 0);
    servers.weights[3] = 32;
    servers.touch();
    servers.loads[0] = servers.loads[1] = servers.loads[2] = 10;
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(3);
  }

  @Test
  void a_light_idle_server_does_not_take_the_requests_that_a_heavy_busy_one_can_bear() {
    FakeServers servers = new FakeServers(100, 1);
    Balancer balancer = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    servers.loads[0] = 50;
    for (int i = 0; i < 100; i++) {
      assertThat(balancer.pick(servers, 0, random)).isZero();
    }
    servers.loads[0] = 101;
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(1);
  }

  @Test
  void loops_that_see_the_same_loads_do_not_all_pick_the_same_server() {
    FakeServers servers = FakeServers.equal(4);
    int[] counts = new int[4];
    for (int loop = 0; loop < 400; loop++) {
      counts[servers.balancer(Algorithm.LEAST_CONNECTIONS).pick(servers, 0, random)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(60, 140);
    }
  }

  @Test
  void loads_near_the_greatest_integer_are_compared_rightly() {
    FakeServers servers = new FakeServers(255, 256);
    servers.loads[0] = Integer.MAX_VALUE - 1;
    servers.loads[1] = Integer.MAX_VALUE;
    assertThat(servers.balancer(Algorithm.LEAST_CONNECTIONS).pick(servers, 0, random)).isEqualTo(1);
  }
}
