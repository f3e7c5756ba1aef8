package io.steelyard.share.memcached;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.share.contract.StoreContract;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.Item;
import io.steelyard.share.store.Store.UnavailableException;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MemcachedStoreTest extends StoreContract {
  private final List<RealServer> servers = new ArrayList<>();

  @Override
  protected List<RealServer> start() throws Exception {
    servers.add(RealServer.memcached(dir.resolve("one"), FreePorts.any()));
    servers.add(RealServer.memcached(dir.resolve("two"), FreePorts.any()));
    return servers;
  }

  @Override
  protected Store open(Duration timeout) {
    return MemcachedStore.open(
        "memcached://" + servers.get(0).address() + "," + servers.get(1).address(), timeout);
  }

  @Override
  protected void flush() throws Exception {
    flush(servers.get(1));
  }

  private static void flush(RealServer server) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write("flush_all\r\nquit\r\n".getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).isEqualTo("OK\r\n");
    }
  }

  private static List<Item> items(List<String> keys, int rank) {
    return keys.stream().map(key -> new Item(key, value(rank, 0, key), 60)).toList();
  }

  @Test
  void of_two_servers_one_may_be_away_and_its_keys_are_absent_meanwhile() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      keys.add(name("half"));
    }
    try (MemcachedStore store = (MemcachedStore) open(HASTY);
        Store other = open(HASTY)) {
      Eventually.holds(
          "all keys are there",
          () -> {
            store.write(items(keys, 1));
            return store.read(keys).stream().allMatch(Objects::nonNull);
          });
      String name = store.content();
      List<byte[]> heard = new CopyOnWriteArrayList<>();
      AtomicInteger missed = new AtomicInteger();
      other.subscribe(heard::add, missed::incrementAndGet);
      servers.get(0).freeze();
      String without;
      try {
        Eventually.holds(
            "half of the keys are there",
            () -> {
              long there = store.read(keys).stream().filter(Objects::nonNull).count();
              return there > 50 && there < 150;
            });
        store.write(items(keys, 2));
        without = store.content();
        assertThat(without).isNotEqualTo(name);
        assertThat(store.lost()).isPositive();
        long startNs = System.nanoTime();
        for (int i = 0; i < 20; i++) {
          store.read(keys);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(HASTY.multipliedBy(4));
        store.publish(new byte[] {1});
        store.publish(new byte[] {2});
        Eventually.holds("messages go by the other server", () -> heard.size() >= 2);
      } finally {
        servers.get(0).thaw();
      }
      Eventually.holds(
          "all keys are there",
          () -> store.read(keys).stream().filter(Objects::nonNull).count() == 200);
      assertThat(store.content())
          .as("writes were lost, though the server has only slept")
          .isNotEqualTo(without)
          .isNotEqualTo(name);
      Eventually.holds("all agree", () -> store.content().equals(other.content()));
      Eventually.holds("the listener was told", () -> missed.get() > 0);
    }
  }

  @Test
  void a_listener_hears_on_when_the_server_was_emptied() throws Exception {
    try (Store store = open(PATIENT);
        Store other = open(PATIENT)) {
      List<String> heard = new CopyOnWriteArrayList<>();
      AtomicInteger missed = new AtomicInteger();
      other.subscribe(m -> heard.add(new String(m, UTF_8)), missed::incrementAndGet);
      store.publish("before".getBytes(UTF_8));
      Eventually.holds("it is heard", () -> heard.size() == 1);
      for (RealServer server : servers) {
        flush(server);
      }
      store.publish("after".getBytes(UTF_8));
      Eventually.holds("it is heard", () -> heard.contains("after"));
      assertThat(heard).containsExactly("before", "after");
      Eventually.holds("something may have been missed", () -> missed.get() > 0);
    }
  }

  @Test
  void who_lags_behind_by_more_than_the_board_holds_is_told() throws Exception {
    try (Store store = open(PATIENT);
        Store other = open(PATIENT)) {
      AtomicInteger heard = new AtomicInteger();
      AtomicInteger missed = new AtomicInteger();
      java.util.concurrent.CountDownLatch slow = new java.util.concurrent.CountDownLatch(1);
      other.subscribe(
          _ -> {
            heard.incrementAndGet();
            try {
              slow.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
          },
          missed::incrementAndGet);
      for (int i = 0; i < 3 * Board.NOTES; i++) {
        store.publish(new byte[] {1});
      }
      Eventually.holds("the first is heard", () -> heard.get() == 1);
      slow.countDown();
      Eventually.holds("it was told", () -> missed.get() > 0);
      Eventually.holds("it goes on", () -> heard.get() >= Board.NOTES);
    }
  }

  @Test
  void messages_are_heard_within_fifty_milliseconds() throws Exception {
    try (Store store = open(PATIENT);
        Store other = open(PATIENT)) {
      AtomicInteger heard = new AtomicInteger();
      other.subscribe(_ -> heard.incrementAndGet(), () -> {});
      List<Duration> took = new ArrayList<>();
      for (int i = 1; i <= 50; i++) {
        int count = i;
        long startNs = System.nanoTime();
        store.publish(new byte[100]);
        Eventually.holds("it is heard", () -> heard.get() == count);
        took.add(Duration.ofNanos(System.nanoTime() - startNs));
      }
      took.sort(null);
      assertThat(took.get(took.size() / 2)).isLessThan(Duration.ofMillis(50));
    }
  }

  @Test
  void a_value_that_is_too_big_is_told_and_harms_no_other() throws Exception {
    try (Store store = open(PATIENT)) {
      String small = name("small");
      Item big = new Item(name("big"), value(1, 0, "x".repeat(2_000_000)), 60);
      assertThatThrownBy(() -> store.write(List.of(big, new Item(small, value(1, 0, "x"), 60))))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("too large");
      assertThat(store.read(List.of(small)).getFirst()).isNotNull();
    }
  }

  @Test
  void what_could_be_a_command_is_no_key() {
    try (Store store = open(PATIENT)) {
      for (String key : List.of("", "a b", "a\r\nflush_all", "\u00e4", "x".repeat(201))) {
        assertThatThrownBy(() -> store.read(List.of(key)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void several_hosts_may_be_literals_of_ipv6() {
    try (Store store = MemcachedStore.open("memcached://[::1]:7,[::2],h", PATIENT)) {
      assertThat(store).hasToString("memcached://[::1]:7,[::2]:11211,h:11211");
    }
  }

  @Test
  void urls_that_are_none_are_refused() {
    for (String url :
        List.of(
            "memcached:///",
            "memcached://a:b@c:1",
            "memcached://a:99999",
            "redis://a",
            "memcached://a,,b",
            "memcached://::1",
            "memcached://[::1",
            "memcached://a/x")) {
      assertThatThrownBy(() -> MemcachedStore.open(url, PATIENT))
          .as(url)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
