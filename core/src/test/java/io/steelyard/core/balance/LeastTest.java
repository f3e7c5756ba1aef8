package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the algorithms that look for the least weigh. */
class LeastTest {
  private static final double MS = 1e6;
  private final SplittableRandom random = new SplittableRandom(23);

  @Test
  void response_time_is_weighed_by_what_is_in_flight_already() {
    FakeServers servers = FakeServers.equal(3);
    set(servers.latenciesNs, 10 * MS, 20 * MS, 50 * MS);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    open(servers, balancer, 17);
    // 10 ms x 10, 20 ms x 5, 50 ms x 2 are the same wait.
    assertThat(servers.loads).containsExactly(10, 5, 2);
  }

  @Test
  void response_time_honours_the_weight() {
    FakeServers servers = new FakeServers(1, 4);
    Arrays.fill(servers.latenciesNs, 5 * MS);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    open(servers, balancer, 50);
    assertThat(servers.loads).containsExactly(10, 40);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 40, 400})
  void a_server_without_history_is_neither_flooded_nor_left_out(int size) {
    FakeServers servers = FakeServers.equal(size);
    for (int i = 1; i < size; i++) {
      servers.latenciesNs[i] = (i % 2 == 0 ? 10 : 30) * MS;
    }
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    open(servers, balancer, 12 * size);
    double fair = 12;
    assertThat((double) servers.loads[0]).isBetween(fair * 0.5, fair * 1.2);
  }

  @Test
  void without_any_history_it_is_least_connections() {
    FakeServers servers = new FakeServers(1, 2, 3);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    open(servers, balancer, 60);
    assertThat(servers.loads).containsExactly(10, 20, 30);
  }

  @Test
  void idle_servers_of_the_same_speed_share_by_weight() {
    FakeServers servers = new FakeServers(256, 512);
    set(servers.latenciesNs, 1.000 * MS, 1.001 * MS);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    int[] counts = countsOneAtATime(servers, balancer, 300);
    assertThat(counts[0]).isBetween(98, 102);
  }

  @Test
  void an_idle_server_that_is_slower_gets_less_by_the_square_of_its_slowness() {
    for (int size : new int[] {2, 200}) {
      FakeServers servers = FakeServers.equal(size);
      Arrays.fill(servers.latenciesNs, 0, size / 2, 4 * MS);
      Arrays.fill(servers.latenciesNs, size / 2, size, 1 * MS);
      Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
      int[] counts = countsOneAtATime(servers, balancer, 17_000);
      assertThat(Arrays.stream(counts, 0, size / 2).sum()).isBetween(900, 1_200);
    }
  }

  @Test
  void bandwidth_goes_by_bytes_for_the_weight_and_then_by_load() {
    FakeServers servers = new FakeServers(1, 1, 2);
    set(servers.rates, 5e6, 4e6, 7e6);
    Balancer balancer = servers.balancer(Algorithm.LEAST_BANDWIDTH);
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(2);
    set(servers.rates, 5e6, 5e6, 10e6);
    set(servers.loads, 1, 0, 2);
    assertThat(balancer.pick(servers, 0, random)).isEqualTo(1);
  }

  @Test
  void a_burst_does_not_all_go_to_the_server_with_the_fewest_bytes_by_a_hair() {
    FakeServers servers = FakeServers.equal(4);
    set(servers.rates, 5.00e6, 5.01e6, 5.02e6, 5.03e6);
    open(servers, servers.balancer(Algorithm.LEAST_BANDWIDTH), 100);
    assertThat(Arrays.stream(servers.loads).max().orElseThrow()).isLessThan(30);
  }

  @Test
  void requests_in_flight_are_weighed_by_what_a_server_says_it_can_still_take() {
    FakeServers servers = FakeServers.equal(2);
    set(servers.reports, 0.25, 0.75);
    open(servers, servers.balancer(Algorithm.CUSTOM_LOAD), 40);
    assertThat(servers.loads).containsExactly(30, 10);
  }

  @Test
  void a_server_that_reports_no_load_at_all_does_not_get_everything() {
    FakeServers servers = FakeServers.equal(4);
    set(servers.reports, 0, 0.5, 0.5, 0.5);
    open(servers, servers.balancer(Algorithm.CUSTOM_LOAD), 130);
    assertThat(servers.loads).containsExactly(52, 26, 26, 26);
  }

  @Test
  void without_a_fresh_report_a_server_counts_as_the_mean_of_the_others() {
    FakeServers servers = FakeServers.equal(3);
    set(servers.reports, 0.2, 0.6, -1);
    open(servers, servers.balancer(Algorithm.CUSTOM_LOAD), 90);
    assertThat(servers.loads).containsExactly(40, 20, 30);
  }

  @Test
  void one_request_at_a_time_is_shared_by_what_servers_can_still_take() {
    FakeServers servers = FakeServers.equal(3);
    set(servers.reports, 0.5, 0, 0);
    Balancer balancer = servers.balancer(Algorithm.CUSTOM_LOAD);
    assertThat(countsOneAtATime(servers, balancer, 500)).containsExactly(100, 200, 200);
  }

  @Test
  void the_same_goes_for_many_servers() {
    FakeServers servers = FakeServers.equal(100);
    Arrays.fill(servers.reports, 0, 50, 0.5);
    Arrays.fill(servers.reports, 50, 100, 0);
    Balancer balancer = servers.balancer(Algorithm.CUSTOM_LOAD);
    int[] counts = countsOneAtATime(servers, balancer, 30_000);
    double half = Arrays.stream(counts, 0, 50).sum();
    assertThat(half / 30_000).isBetween(0.30, 0.36);
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(100);
  }

  @Test
  void of_servers_that_say_they_are_overloaded_the_less_loaded_gets_more() {
    FakeServers servers = FakeServers.equal(3);
    set(servers.reports, 1, 2, 4);
    open(servers, servers.balancer(Algorithm.CUSTOM_LOAD), 70);
    assertThat(servers.loads).containsExactly(40, 20, 10);
  }

  @Test
  void where_nobody_reports_it_is_least_connections() {
    FakeServers servers = new FakeServers(1, 2, 3);
    open(servers, servers.balancer(Algorithm.CUSTOM_LOAD), 60);
    assertThat(servers.loads).containsExactly(10, 20, 30);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEAST_RESPONSE_TIME", "LEAST_BANDWIDTH", "CUSTOM_LOAD"})
  void broken_figures_leave_every_server_reachable(Algorithm algorithm) {
    for (int size : new int[] {6, 60}) {
      FakeServers servers = FakeServers.equal(size);
      for (double[] figures :
          new double[][] {servers.latenciesNs, servers.rates, servers.reports}) {
        set(figures, Double.NaN, Double.POSITIVE_INFINITY, -7, 0, 1e300);
      }
      Balancer balancer = servers.balancer(algorithm);
      for (int only = 0; only < 6; only++) {
        Arrays.fill(servers.full, true);
        servers.full[only] = false;
        assertThat(balancer.pick(servers, 0, random)).isEqualTo(only);
      }
    }
  }

  private int[] countsOneAtATime(FakeServers servers, Balancer balancer, int requests) {
    int[] counts = new int[servers.size()];
    for (int i = 0; i < requests; i++) {
      int picked = balancer.pick(servers, 0, random);
      counts[picked]++;
      servers.loads[picked]++;
      balancer.changed(servers, picked);
      servers.loads[picked]--;
      balancer.changed(servers, picked);
    }
    return counts;
  }

  private void open(FakeServers servers, Balancer balancer, int requests) {
    for (int i = 0; i < requests; i++) {
      int picked = balancer.pick(servers, 0, random);
      servers.loads[picked]++;
      balancer.changed(servers, picked);
    }
  }

  private static void set(double[] figures, double... values) {
    System.arraycopy(values, 0, figures, 0, values.length);
  }

  private static void set(int[] figures, int... values) {
    System.arraycopy(values, 0, figures, 0, values.length);
  }
}
