package io.steelyard.share.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.Item;
import io.steelyard.share.store.Store.UnavailableException;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.RealServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What every store has to do, against the real servers. */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class StoreContract {
  protected static final Duration PATIENT = Duration.ofSeconds(5);
  protected static final Duration HASTY = Duration.ofMillis(300);

  /** What a machine with two processors and much to do may add to a time-out. */
  private static final byte[] GREETING = {'h', 'i'};

  private static final Duration SLACK = Duration.ofMillis(700);

  private static final AtomicInteger NAMES = new AtomicInteger();

  /** For the servers' files. */
  protected Path dir;

  private Store one;
  private Store other;

  /** Starts the servers. */
  protected abstract List<RealServer> start() throws Exception;

  /** A store over them. */
  protected abstract Store open(Duration timeout);

  /** Empties them all. */
  protected abstract void flush() throws Exception;

  private List<RealServer> peers = List.of();

  @BeforeAll
  final void startPeers(@TempDir Path all) throws Exception {
    dir = all;
    peers = start();
  }

  @AfterAll
  final void endPeers() {
    peers.forEach(RealServer::close);
  }

  @BeforeEach
  final void openStores() {
    one = open(PATIENT);
    other = open(PATIENT);
  }

  @AfterEach
  final void closeStores() {
    one.close();
    other.close();
  }

  /** A name that no other test uses. */
  protected static String name(String what) {
    return what + "-" + NAMES.incrementAndGet();
  }

  /** A value with that rank. */
  protected static byte[] value(long high, long low, String text) {
    byte[] rest = text.getBytes(UTF_8);
    return ByteBuffer.allocate(16 + rest.length).putLong(high).putLong(low).put(rest).array();
  }

  private static String text(byte[] value) {
    return value == null ? null : new String(value, 16, value.length - 16, UTF_8);
  }

  private static String read(Store store, String key) throws UnavailableException {
    return text(store.read(List.of(key)).getFirst());
  }

  @Test
  void what_one_writes_the_other_reads() throws Exception {
    String a = name("a");
    String b = name("b");
    one.write(List.of(new Item(a, value(1, 2, "first"), 60), new Item(b, value(0, 0, ""), 60)));
    assertThat(other.read(List.of(b, name("none"), a, a)).stream().map(StoreContract::text))
        .containsExactly("", null, "first", "first");
  }

  @Test
  void nothing_asked_is_nothing_answered() throws Exception {
    one.write(List.of());
    assertThat(one.read(List.of())).isEmpty();
  }

  @Test
  void a_value_gives_way_to_a_greater_rank_only() throws Exception {
    String key = name("rank");
    long[][] ranks = {
      {0, 0},
      {0, 1},
      {0, 0x7fL},
      {0, 0x80L},
      {0, 0xffL},
      {0, 0xff00L},
      {0, 0x7fffffffL},
      {0, 0x80000000L},
      {0, 0xffffffffL},
      {0, 0x100000000L},
      {0, Long.MAX_VALUE},
      {0, Long.MIN_VALUE},
      {0, -1},
      {1, 0},
      {Long.MAX_VALUE, -1},
      {Long.MIN_VALUE, 0},
      {-1, -2},
      {-1, -1}
    };
    for (int i = 0; i < ranks.length; i++) {
      one.write(List.of(new Item(key, value(ranks[i][0], ranks[i][1], "v" + i), 60)));
      assertThat(read(one, key)).isEqualTo("v" + i);
      other.write(List.of(new Item(key, value(ranks[i][0], ranks[i][1], "same"), 60)));
      other.write(
          List.of(new Item(key, value(ranks[Math.max(0, i - 1)][0], ranks[0][1], "less"), 60)));
      assertThat(read(other, key)).isEqualTo("v" + i);
    }
  }

  @Test
  void of_two_with_one_key_in_one_batch_the_greater_wins() throws Exception {
    String key = name("twice");
    one.write(
        List.of(new Item(key, value(2, 0, "two"), 60), new Item(key, value(1, 0, "one"), 60)));
    assertThat(read(one, key)).isEqualTo("two");
  }

  @Test
  void many_and_large_values_go_in_one_call() throws Exception {
    List<Item> items = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    String base = name("many");
    for (int i = 0; i < 3000; i++) {
      keys.add(base + "-" + i);
      items.add(new Item(keys.get(i), value(1, i, "x".repeat(i % 300)), 60));
    }
    keys.add(base + "-large");
    items.add(new Item(keys.getLast(), value(1, 1, "y".repeat(900_000)), 60));
    one.write(items);
    List<byte[]> values = other.read(keys);
    assertThat(values).hasSameSizeAs(items);
    for (int i = 0; i < items.size(); i++) {
      assertThat(values.get(i)).isEqualTo(items.get(i).value());
    }
  }

  @Test
  void all_who_write_at_a_time_leave_the_greatest_rank() throws Exception {
    List<String> keys = List.of(name("k"), name("k"), name("k"), name("k"));
    List<Callable<Void>> writers = new ArrayList<>();
    for (int w = 0; w < 8; w++) {
      int writer = w;
      Store store = w % 2 == 0 ? one : other;
      writers.add(() -> {
        for (int i = 0; i < 40; i++) {
          int rank = i * 8 + writer;
          store.write(keys.stream().map(k -> new Item(k, value(9, rank, "r" + rank), 60)).toList());
        }
        return null;
      });
    }
    allOf(writers);
    assertThat(one.read(keys).stream().map(StoreContract::text)).containsOnly("r319");
  }

  @Test
  void no_update_is_lost() throws Exception {
    String key = name("count");
    List<Callable<Void>> writers = new ArrayList<>();
    for (int w = 0; w < 6; w++) {
      Store store = w % 2 == 0 ? one : other;
      writers.add(() -> {
        for (int i = 0; i < 25; i++) {
          store.update(key, StoreContract::oneMore);
        }
        return null;
      });
    }
    allOf(writers);
    assertThat(new String(one.read(List.of(key)).getFirst(), UTF_8)).isEqualTo("150");
    assertThat(one.update(key, there -> there)).isEqualTo("150".getBytes(UTF_8));
  }

  private static byte[] oneMore(byte[] there) {
    int count = there == null ? 0 : Integer.parseInt(new String(there, UTF_8));
    return Integer.toString(count + 1).getBytes(UTF_8);
  }

  private static void allOf(List<Callable<Void>> all) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> each : threads.invokeAll(all)) {
        each.get();
      }
    }
  }

  @Test
  void what_is_published_reaches_all_in_its_order() throws Exception {
    List<String> here = new CopyOnWriteArrayList<>();
    List<String> there = new CopyOnWriteArrayList<>();
    AtomicInteger missed = new AtomicInteger();
    AtomicInteger greetedHere = new AtomicInteger();
    AtomicInteger greetedThere = new AtomicInteger();
    one.subscribe(m -> note(m, here, greetedHere), missed::incrementAndGet);
    other.subscribe(m -> note(m, there, greetedThere), missed::incrementAndGet);
    greet(one, () -> greetedHere.get() > 0 && greetedThere.get() > 0);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add("message " + i);
      one.publish(all.get(i).getBytes(UTF_8));
    }
    Eventually.holds("all is heard", () -> here.size() == 100 && there.size() == 100);
    assertThat(here).isEqualTo(all);
    assertThat(there).isEqualTo(all);
    assertThat(missed).hasValue(0);
  }

  private static void note(byte[] message, List<String> messages, AtomicInteger greetings) {
    if (Arrays.equals(message, GREETING)) {
      greetings.incrementAndGet();
    } else {
      messages.add(new String(message, UTF_8));
    }
  }

  /** The nodes of a cluster that has just begun do not pass on what is published at once. */
  private static void greet(Store store, BooleanSupplier heard) {
    Eventually.holds(
        "messages are passed on",
        () -> {
          store.publish(GREETING);
          LockSupport.parkNanos(20_000_000);
          return heard.getAsBoolean();
        });
  }

  @Test
  void a_message_is_heard_at_once_and_may_be_empty_or_large() throws Exception {
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    AtomicInteger greeted = new AtomicInteger();
    one.subscribe(
        m -> {
          if (Arrays.equals(m, GREETING)) {
            greeted.incrementAndGet();
          } else {
            heard.add(m);
          }
        },
        () -> {});
    greet(other, () -> greeted.get() > 0);
    byte[] large = new byte[2_000_000];
    Arrays.fill(large, (byte) 0xfe);
    heardAtOnce(new byte[0], heard);
    heardAtOnce(new byte[] {0, '\r', '\n'}, heard);
    heardAtOnce(large, heard);
  }

  /** Stores may lose a message, when their own links break for a moment: it is said again then. */
  private void heardAtOnce(byte[] message, List<byte[]> heard) {
    Eventually.holds(
        "a message of " + message.length + " bytes is heard within " + SLACK,
        () -> {
          long startNs = System.nanoTime();
          other.publish(message);
          while (heard.stream().noneMatch(m -> Arrays.equals(m, message))) {
            if (System.nanoTime() - startNs > SLACK.toNanos()) {
              return false;
            }
            LockSupport.parkNanos(1_000_000);
          }
          return true;
        });
  }

  @Test
  void a_listener_that_fails_is_told_the_next_message() throws Exception {
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    one.subscribe(
        m -> {
          heard.add(m);
          throw new IllegalStateException("as planned");
        },
        () -> {});
    heardAtOnce(new byte[] {1}, heard);
    heardAtOnce(new byte[] {2}, heard);
  }

  @Test
  void a_value_is_forgotten_after_its_time() throws Exception {
    String key = name("short");
    String longer = name("long");
    one.write(List.of(new Item(key, value(1, 1, "a"), 1)));
    one.write(List.of(new Item(longer, value(1, 1, "a"), 40 * 24 * 3600)));
    assertThat(read(one, key)).isEqualTo("a");
    Eventually.holds("it is gone", () -> read(one, key) == null);
    assertThat(read(one, longer)).isEqualTo("a");
  }

  @Test
  void the_content_has_one_name_for_all_until_it_is_lost() throws Exception {
    String name = one.content();
    assertThat(name).isNotBlank().isEqualTo(other.content());
    one.write(List.of(new Item(name("more"), value(1, 1, "a"), 60)));
    assertThat(other.content()).isEqualTo(name);
    flush();
    String second = other.content();
    assertThat(second).isNotEqualTo(name);
    assertThat(one.content()).isEqualTo(second);
  }

  @Test
  void who_is_killed_is_unavailable_in_bounded_time_and_works_when_back() throws Exception {
    String name = one.content();
    AtomicInteger missed = new AtomicInteger();
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    one.subscribe(heard::add, missed::incrementAndGet);
    greet(one, () -> !heard.isEmpty());
    heard.clear();
    Store hasty = open(HASTY);
    for (RealServer peer : peers) {
      peer.kill();
    }
    fails(hasty);
    for (RealServer peer : peers) {
      peer.start();
    }
    worksAgain(hasty);
    hasty.close();
    Eventually.holds("the first store works", () -> !one.content().equals(name));
    Eventually.holds("the listener was told", () -> missed.get() > 0);
    Eventually.holds(
        "and hears again",
        () -> {
          one.publish(new byte[] {7});
          LockSupport.parkNanos(50_000_000);
          return !heard.isEmpty();
        });
  }

  @Test
  void who_is_frozen_is_unavailable_in_bounded_time_and_works_when_back() throws Exception {
    AtomicInteger missed = new AtomicInteger();
    Store hasty = open(HASTY);
    worksAgain(hasty);
    hasty.subscribe(_ -> {}, missed::incrementAndGet);
    for (RealServer peer : peers) {
      peer.freeze();
    }
    try {
      fails(hasty);
      fails(hasty);
      Store fresh = open(HASTY);
      fails(fresh);
      fresh.close();
      // Until the silence has been noticed by the one who listens, too.
      LockSupport.parkNanos(3 * HASTY.toNanos());
    } finally {
      for (RealServer peer : peers) {
        peer.thaw();
      }
    }
    worksAgain(hasty);
    Eventually.holds("the listener was told", () -> missed.get() > 0);
    hasty.close();
  }

  private static void worksAgain(Store store) {
    String key = name("again");
    Eventually.holds(
        "it works again",
        () -> {
          store.write(List.of(new Item(key, value(1, 1, "back"), 60)));
          return "back".equals(read(store, key));
        });
  }

  private static void fails(Store store) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      keys.add(name("away"));
    }
    byte[] value = value(1, 1, "x");
    failsInTime(() -> store.read(keys));
    failsInTime(() -> {
      store.write(keys.stream().map(key -> new Item(key, value, 60)).toList());
      return null;
    });
    failsInTime(() -> store.update(keys.getFirst(), _ -> value));
    failsInTime(store::content);
    failsInTime(() -> {
      store.publish(value);
      return null;
    });
  }

  private static void failsInTime(Callable<?> call) {
    long startNs = System.nanoTime();
    assertThatThrownBy(call::call)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("://")
        .hasMessageNotContaining("null");
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(HASTY.plus(SLACK));
  }

  @Test
  void a_closed_store_says_so() {
    Store store = open(PATIENT);
    store.subscribe(_ -> {}, () -> {});
    store.close();
    store.close();
    assertThatThrownBy(() -> store.read(List.of("a")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("closed");
  }
}
