package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTest {
  private static final int KEYS = 20_000;
  private final SplittableRandom random = new SplittableRandom(5);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10, 50, 200})
  void a_server_that_goes_down_moves_only_its_own_keys_and_gets_them_back(int size) {
    FakeServers servers = FakeServers.equal(size);
    Balancer balancer = servers.balancer(Algorithm.IP_HASH);
    int[] before = owners(balancer, servers);
    for (int gone = 0; gone < Math.min(size, 5); gone++) {
      int[] without = owners(balancer, servers.down(gone));
      int moved = 0;
      for (int key = 0; key < KEYS; key++) {
        assertThat(before[key] == gone || before[key] == without[key]).isTrue();
        moved += before[key] == without[key] ? 0 : 1;
      }
      assertThat(moved / (double) KEYS).isPositive().isLessThan(1.0 / size + 0.02);
      assertThat(owners(balancer, servers.up(gone))).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 10, 50, 200})
  void a_server_that_leaves_the_configuration_moves_hardly_any_key_but_its_own(int size) {
    List<String> names = names(size);
    String[] before = ownersByName(names);
    for (int gone : new int[] {0, size / 2, size - 1}) {
      List<String> fewer = new ArrayList<>(names);
      fewer.remove(gone);
      String[] after = ownersByName(fewer);
      long moved = IntStream.range(0, KEYS).filter(k -> !before[k].equals(after[k])).count();
      assertThat(moved / (double) KEYS).isLessThan(1.0 / size + 0.02);
    }
  }

  @Test
  void keys_of_a_down_server_spread_over_all_others() {
    FakeServers servers = FakeServers.equal(10);
    Balancer balancer = servers.balancer(Algorithm.IP_HASH);
    int[] before = owners(balancer, servers);
    int[] without = owners(balancer, servers.down(4));
    int[] heirs = new int[10];
    for (int key = 0; key < KEYS; key++) {
      heirs[without[key]] += before[key] == 4 ? 1 : 0;
    }
    double each = Arrays.stream(heirs).sum() / 9.0;
    for (int i = 0; i < 10; i++) {
      if (i != 4) {
        assertThat((double) heirs[i]).isBetween(each * 0.7, each * 1.3);
      }
    }
  }

  @Test
  void the_last_usable_server_of_many_gets_every_key() {
    FakeServers servers = FakeServers.equal(100);
    Balancer balancer = servers.balancer(Algorithm.IP_HASH);
    servers.down(IntStream.range(0, 99).toArray());
    assertThat(owners(balancer, servers)).containsOnly(99);
  }

  @Test
  void shares_follow_the_weights() {
    MaglevTable table = new MaglevTable(names(4), new int[] {1, 2, 0, 5});
    double slots = table.slots();
    assertThat(table.share(0) / slots).isBetween(0.12, 0.13);
    assertThat(table.share(1) / slots).isBetween(0.245, 0.255);
    assertThat(table.share(2)).isZero();
    assertThat(table.share(3) / slots).isBetween(0.62, 0.63);
  }

  @Test
  void nodes_that_list_the_servers_in_another_order_agree() {
    List<String> names = names(20);
    String[] here = ownersByName(names);
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(1));
    assertThat(ownersByName(shuffled)).isEqualTo(here);
  }

  @Test
  void a_thousand_servers_all_own_slots_and_none_owns_twice_its_share() {
    MaglevTable table = new MaglevTable(names(1000), ones(1000));
    for (int i = 0; i < 1000; i++) {
      assertThat(table.share(i)).isBetween(65, 66);
    }
  }

  @Test
  void neighbouring_client_addresses_spread_evenly() {
    FakeServers servers = FakeServers.equal(4);
    Balancer balancer = servers.balancer(Algorithm.IP_HASH);
    int[] counts = new int[4];
    for (int i = 0; i < 65536; i++) {
      byte[] address = {10, 0, (byte) (i >> 8), (byte) i};
      counts[balancer.pick(servers, Keys.ofAddress(address), random)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(16384 * 95 / 100, 16384 * 105 / 100);
    }
  }

  @Test
  void a_mapped_address_has_the_key_of_its_ipv4_address() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
    byte[] v6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1, -1, 10, 1, 2, 3};
    long v4 = Keys.ofAddress(new byte[] {10, 1, 2, 3});
    assertThat(Keys.ofAddress(mapped)).isEqualTo(v4);
    assertThat(Keys.ofAddress(v6)).isNotEqualTo(v4);
    assertThat(Keys.ofAddress(new byte[] {9, 9, 10, 1, 2, 3}, 2, 4)).isEqualTo(v4);
  }

  @Test
  void different_seeds_and_ranges_hash_differently() {
    byte[] bytes = new byte[100];
    new Random(8).nextBytes(bytes);
    Set<Long> hashes = new HashSet<>();
    for (int from = 0; from < 100; from++) {
      for (int to = from + 8; to <= 100; to++) {
        hashes.add(Hash.of(bytes, from, to, 0));
      }
    }
    assertThat(hashes).hasSize(93 * 94 / 2);
    assertThat(Hash.of(bytes, 0, 100, 1)).isNotEqualTo(Hash.of(bytes, 0, 100, 0));
  }

  private int[] owners(Balancer balancer, FakeServers servers) {
    return IntStream.range(0, KEYS).map(key -> balancer.pick(servers, key, random)).toArray();
  }

  private String[] ownersByName(List<String> names) {
    FakeServers servers = FakeServers.equal(names.size());
    Balancer balancer = Balancers.of(Algorithm.IP_HASH, names, servers.weights);
    return Arrays.stream(owners(balancer, servers)).mapToObj(names::get).toArray(String[]::new);
  }

  private static List<String> names(int size) {
    return IntStream.range(0, size).mapToObj(i -> "10.0.0." + i + ":8080").toList();
  }

  private static int[] ones(int size) {
    int[] ones = new int[size];
    Arrays.fill(ones, 1);
    return ones;
  }
}
