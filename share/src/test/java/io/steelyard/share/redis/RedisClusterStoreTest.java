package io.steelyard.share.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.share.contract.StoreContract;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.Item;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

final class RedisClusterStoreTest extends StoreContract {
  /** How far above its port a node of a cluster has its bus. */
  private static final int BUS = 10_000;

  private final List<RealServer> nodes = new ArrayList<>();

  @Override
  protected List<RealServer> start() throws Exception {
    for (int i = 0; i < 3; i++) {
      nodes.add(
          RealServer.redis(
              dir.resolve("node" + i),
              FreePorts.withSecond(BUS),
              "--cluster-enabled",
              "yes",
              "--cluster-node-timeout",
              "2000"));
    }
    List<String> create = new ArrayList<>(List.of("--cluster", "create"));
    nodes.forEach(node -> create.add(node.address()));
    create.add("--cluster-yes");
    nodes.getFirst().cli(create.toArray(String[]::new));
    for (RealServer node : nodes) {
      Eventually.holds(
          "the cluster stands", () -> node.cli("cluster", "info").contains("cluster_state:ok"));
    }
    return nodes;
  }

  @Override
  protected Store open(Duration timeout) {
    return RedisStore.open(
        "redis+cluster://127.0.0.1:1," + nodes.get(1).address(), null, null, timeout);
  }

  @Override
  protected void flush() throws Exception {
    nodes.get(2).cli("flushall");
  }

  @Test
  void slots_that_move_are_followed() throws Exception {
    try (Store store = open(PATIENT)) {
      String key = name("moving");
      int slot = JedisClusterCRC16.getSlot("steelyard:" + key);
      store.write(List.of(new Item(key, value(1, 0, "a"), 60)));
      RealServer from = ownerOf(key);
      RealServer to = nodes.get((nodes.indexOf(from) + 1) % 3);
      String fromId = from.cli("cluster", "myid").strip();
      String toId = to.cli("cluster", "myid").strip();
      to.cli("cluster", "setslot", "" + slot, "importing", fromId);
      from.cli("cluster", "setslot", "" + slot, "migrating", toId);
      from.cli("migrate", "127.0.0.1", "" + to.port(), "steelyard:" + key, "0", "5000");
      // Asked elsewhere, once.
      assertThat(store.read(List.of(key)).getFirst()).isEqualTo(value(1, 0, "a"));
      store.write(List.of(new Item(key, value(2, 0, "b"), 60)));
      to.cli("cluster", "setslot", "" + slot, "node", toId);
      from.cli("cluster", "setslot", "" + slot, "node", toId);
      // Moved for good.
      store.write(List.of(new Item(key, value(3, 0, "c"), 60)));
      assertThat(store.read(List.of(key)).getFirst()).isEqualTo(value(3, 0, "c"));
      assertThat(ownerOf(key)).isSameAs(to);
    }
  }

  private RealServer ownerOf(String key) throws Exception {
    for (RealServer node : nodes) {
      if (node.cli("keys", "*").lines().anyMatch(("steelyard:" + key)::equals)) {
        return node;
      }
    }
    throw new AssertionError("nobody has " + key);
  }
}
