package io.steelyard.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerIndexesTest {
  private static final PoolState POOL = new PoolState("p", 1);

  private static Server server(String name) {
    Standing standing = new Standing(Wish.SERVE, Health.unknown(1, 1));
    ServerState state = new ServerState(new ServerId("p", name), POOL, standing);
    return new Server(name, InetSocketAddress.createUnresolved("h", 1), 1, 0, false, "", state);
  }

  private static List<Server> servers(List<String> names) {
    return names.stream().map(ServerIndexesTest::server).toList();
  }

  @Test
  void every_server_of_thousands_is_found_and_nothing_else() {
    List<String> names = IntStream.range(0, 5000).mapToObj(n -> "s" + n).toList();
    ServerIndexes indexes = new ServerIndexes(servers(names));
    for (int i = 0; i < names.size(); i++) {
      assertThat(indexes.indexOf(names.get(i), i)).as("where it was").isEqualTo(i);
      assertThat(indexes.indexOf(names.get(i), i - 1)).as("somewhere else").isEqualTo(i);
    }
    assertThat(indexes.indexOf("s5000", 5000)).isEqualTo(ServerIndexes.NONE);
    assertThat(new ServerIndexes(List.of()).indexOf("s0", 0)).isEqualTo(ServerIndexes.NONE);
  }

  @Test
  void names_of_the_same_hash_are_told_apart() {
    List<String> names = List.of("Aa", "BB", "AaAa", "BBBB", "AaBB");
    ServerIndexes indexes = new ServerIndexes(servers(names));
    assertThat(names.stream().map(name -> indexes.indexOf(name, -1)))
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(indexes.indexOf("BBAa", 0)).isEqualTo(ServerIndexes.NONE);
  }

  /** One or two that go, come or move are found without a table, more with one. */
  @Test
  void servers_are_found_in_whatever_order_they_are_asked_for() {
    List<String> known = IntStream.range(0, 50).mapToObj(n -> "s" + n).toList();
    List<Server> servers = servers(known);
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> asked = new ArrayList<>(known);
      for (int n = random.nextInt(12); n > 0; n--) {
        String name = asked.remove(random.nextInt(asked.size()));
        if (random.nextBoolean()) {
          asked.add(random.nextInt(asked.size() + 1), random.nextBoolean() ? name : "new" + n);
        }
      }
      ServerOrder order = new ServerOrder(servers);
      for (String name : asked) {
        assertThat(order.indexOf(name)).as("seed %d", seed).isEqualTo(known.indexOf(name));
      }
    }
  }
}
