package io.steelyard.share.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.share.contract.StoreContract;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.Item;
import io.steelyard.share.store.Store.UnavailableException;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

final class RedisSentinelStoreTest extends StoreContract {
  private RealServer redis;
  private RealServer sentinel;

  @Override
  protected List<RealServer> start() throws Exception {
    redis = RealServer.redis(dir.resolve("redis"), FreePorts.any());
    sentinel = sentinel("sentinel", redis, 60_000);
    return List.of(redis, sentinel);
  }

  private RealServer sentinel(String name, RealServer master, int downAfterMs) throws Exception {
    return RealServer.sentinel(
        dir.resolve(name),
        FreePorts.any(),
        """
        sentinel monitor shop 127.0.0.1 %d 1
        sentinel down-after-milliseconds shop %d
        sentinel failover-timeout shop 3000
        """
            .formatted(master.port(), downAfterMs));
  }

  @Override
  protected Store open(Duration timeout) {
    return open(sentinel, timeout);
  }

  private static Store open(RealServer sentinel, Duration timeout) {
    return RedisStore.open(
        "redis+sentinel://127.0.0.1:1," + sentinel.address() + "/shop/0", null, null, timeout);
  }

  @Override
  protected void flush() throws Exception {
    redis.cli("flushall");
  }

  @Test
  void a_master_that_nobody_knows_is_told() {
    String url = "redis+sentinel://" + sentinel.address() + "/other";
    try (Store store = RedisStore.open(url, null, null, PATIENT)) {
      assertThatThrownBy(store::content)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("other seems to be not monitored");
    }
  }

  @Test
  void sentinels_that_ask_for_a_password_are_told_it() throws Exception {
    try (RealServer strict =
        RealServer.sentinel(
            dir.resolve("strict"),
            FreePorts.any(),
            "requirepass hush\nsentinel monitor shop 127.0.0.1 %d 1\n".formatted(redis.port()))) {
      String url = "redis+sentinel://" + strict.address() + "/shop";
      SSLContext tls = SSLContext.getDefault();
      try (Store store = RedisStore.open(url, null, null, "hush", PATIENT, tls)) {
        assertThat(store.content()).isNotBlank();
      }
      try (Store store = RedisStore.open(url, null, null, "wrong", PATIENT, tls)) {
        assertThatThrownBy(store::content)
            .isInstanceOf(UnavailableException.class)
            .hasMessageNotContaining("wrong");
      }
    }
  }

  @Test
  void a_replica_takes_over_and_the_content_has_another_name() throws Exception {
    try (RealServer master = RealServer.redis(dir.resolve("master"), FreePorts.any());
        RealServer replica =
            RealServer.redis(
                dir.resolve("replica"),
                FreePorts.any(),
                "--replicaof",
                "127.0.0.1 " + master.port(),
                "--repl-diskless-sync-delay",
                "0");
        RealServer watcher = sentinel("watcher", master, 500);
        Store store = open(watcher, Duration.ofSeconds(1))) {
      String key = name("moved");
      AtomicInteger missed = new AtomicInteger();
      AtomicInteger heard = new AtomicInteger();
      store.subscribe(_ -> heard.incrementAndGet(), missed::incrementAndGet);
      store.write(List.of(new Item(key, value(1, 0, "a"), 60)));
      String name = store.content();
      String id = name.substring(0, name.indexOf('@'));
      Eventually.holds(
          "it is replicated", () -> replica.cli("get", "steelyard:content").contains(id));
      Eventually.holds(
          "the sentinel knows the replica",
          () -> watcher.cli("sentinel", "replicas", "shop").contains("" + replica.port()));
      master.kill();
      Eventually.holds(
          "the replica takes over",
          () -> {
            store.write(List.of(new Item(key, value(2, 0, "b"), 60)));
            return true;
          });
      assertThat(replica.cli("get", "steelyard:" + key)).contains("b");
      assertThat(store.content()).isNotEqualTo(name).startsWith(id);
      Eventually.holds("the listener was told", () -> missed.get() > 0);
      Eventually.holds(
          "the listener hears",
          () -> {
            store.publish(new byte[] {1});
            return heard.get() > 0;
          });
    }
  }
}
