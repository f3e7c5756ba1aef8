package io.steelyard.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.session.SessionShard.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionShardTest {
  private static final int POOL = 7;
  private static final int TTL = 100;

  private final Found found = new Found();

  private static void put(SessionShard shard, long key, long server, int nowS) {
    shard.put(entry(key, server, nowS, 0));
  }

  private static SessionEntry entry(long key, long server, int seenS, long stamp) {
    SessionEntry entry = new SessionEntry();
    entry.high = ~key;
    entry.low = key;
    entry.pool = POOL;
    entry.server = server;
    entry.seenS = seenS;
    entry.ttlS = TTL;
    entry.stamp = stamp;
    return entry;
  }

  private static void seen(SessionShard shard, long key, int nowS) {
    assertThat(shard.seen(entry(key, 0, 0, 0), nowS)).isTrue();
  }

  private long serverOf(SessionShard shard, long key, int nowS) {
    return shard.find(~key, key, nowS, found) ? found.server : -1;
  }

  @Test
  void what_was_put_is_found_until_its_life_is_over() {
    SessionShard shard = new SessionShard(10);
    put(shard, 1, 11, 1000);
    put(shard, 2, 12, 1050);
    assertThat(serverOf(shard, 1, 1100)).isEqualTo(11);
    assertThat(serverOf(shard, 1, 1101)).isEqualTo(-1);
    assertThat(serverOf(shard, 2, 1101)).isEqualTo(12);
    assertThat(serverOf(shard, 3, 1000)).isEqualTo(-1);
    seen(shard, 1, 1100);
    assertThat(serverOf(shard, 1, 1200)).isEqualTo(11);
    put(shard, 1, 13, 1200);
    assertThat(serverOf(shard, 1, 1300)).isEqualTo(13);
    assertThat(shard.size()).isEqualTo(2);
    assertThat(shard.remove(~1L, 1)).isTrue();
    assertThat(shard.remove(~1L, 1)).isFalse();
    assertThat(serverOf(shard, 1, 1200)).isEqualTo(-1);
  }

  @Test
  void when_it_is_full_who_idled_longest_makes_room() {
    SessionShard shard = new SessionShard(3);
    for (int key = 1; key <= 3; key++) {
      put(shard, key, key, 1000 + key);
    }
    seen(shard, 1, 1004);
    put(shard, 4, 4, 1005);
    assertThat(serverOf(shard, 2, 1005)).isEqualTo(-1);
    for (int key : new int[] {1, 3, 4}) {
      assertThat(serverOf(shard, key, 1005)).isEqualTo(key);
    }
    assertThat(shard.size()).isEqualTo(3);
    assertThat(shard.evicted()).isEqualTo(1);
  }

  @Test
  void sweeping_takes_a_bounded_number_of_steps_and_comes_round() {
    SessionShard shard = new SessionShard(100);
    for (int key = 1; key <= 100; key++) {
      put(shard, key, key, key % 2 == 0 ? 1000 : 2000);
    }
    shard.sweep(10, 2050);
    assertThat(shard.size()).isEqualTo(95);
    for (int i = 0; i < 9; i++) {
      shard.sweep(10, 2050);
    }
    assertThat(shard.size()).isEqualTo(50);
    assertThat(shard.expired()).isEqualTo(50);
  }

  @Test
  void sessions_are_cleared_by_pool_and_server() {
    SessionShard shard = new SessionShard(10);
    put(shard, 1, 11, 1000);
    put(shard, 2, 12, 1000);
    SessionEntry other = entry(3, 11, 1000, 0);
    other.pool = 8;
    shard.put(other);
    assertThat(shard.clear((pool, server) -> pool == POOL && server == 11)).isEqualTo(1);
    assertThat(serverOf(shard, 1, 1000)).isEqualTo(-1);
    assertThat(shard.clear((pool, server) -> true)).isEqualTo(2);
    assertThat(shard.size()).isZero();
  }

  @Test
  void what_was_ended_on_all_nodes_is_none_whoever_tells_of_it() {
    SessionShard shard = new SessionShard(10);
    String a = "a";
    long server = SessionShard.number(a);
    SessionEntry[] entries = new SessionEntry[5];
    for (int key = 1; key < entries.length; key++) {
      entries[key] = entry(key, key == 3 ? 33 : server, 1000, key == 4 ? 200 : 100);
      entries[key].pool = (int) SessionShard.number("app");
      shard.put(entries[key]);
    }
    SessionClears clears = SessionClears.NONE.with(Optional.of("app"), Optional.of(a), 150);
    shard.follow(clears);
    assertThat(serverOf(shard, 1, 1000)).isEqualTo(-1);
    assertThat(serverOf(shard, 3, 1000)).as("at another server").isEqualTo(33);
    assertThat(serverOf(shard, 4, 1000)).as("noted later").isEqualTo(server);
    assertThat(shard.merge(entries[1])).isFalse();
    assertThat(shard.size()).isEqualTo(2);
    entries[1].stamp = 151;
    assertThat(shard.merge(entries[1])).as("noted later by another").isTrue();
    assertThat(clears.with(Optional.of("app"), Optional.of(a), 120)).isSameAs(clears);
    shard.follow(clears.with(Optional.of("other"), Optional.empty(), 900));
    assertThat(shard.size()).isEqualTo(3);
    shard.follow(clears.with(Optional.of("app"), Optional.empty(), 160));
    assertThat(shard.size()).as("all of the pool but the latest").isEqualTo(1);
    shard.follow(clears.with(Optional.empty(), Optional.empty(), 200));
    assertThat(shard.size()).isZero();
  }

  @Test
  void what_was_ended_is_told_apart_from_what_is_unknown() {
    SessionShard shard = new SessionShard(10);
    put(shard, 1, 11, 1000);
    put(shard, 2, SessionEntry.GONE, 1000);
    assertThat(serverOf(shard, 2, 1000)).isEqualTo(-1);
    assertThat(found.ended).isTrue();
    assertThat(serverOf(shard, 1, 1000)).isEqualTo(11);
    assertThat(found.ended).isFalse();
    assertThat(serverOf(shard, 2, 1000)).isEqualTo(-1);
    assertThat(serverOf(shard, 3, 1000)).isEqualTo(-1);
    assertThat(found.ended).isFalse();
    assertThat(serverOf(shard, 2, 1000 + TTL + 1)).isEqualTo(-1);
    assertThat(found.ended).as("forgotten with its life").isFalse();
  }

  @Test
  void without_room_nothing_is_remembered() {
    SessionShard shard = new SessionShard(0);
    put(shard, 1, 11, 1000);
    assertThat(serverOf(shard, 1, 1000)).isEqualTo(-1);
    shard.sweep(10, 1000);
    assertThat(shard.size()).isZero();
  }

  /** The same as a map that forgets its eldest entry, whatever is done. */
  @Test
  void it_is_a_map_that_forgets_its_eldest() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int capacity = random.nextInt(1, 40);
      SessionShard shard = new SessionShard(capacity);
      Map<Long, Long> model = new LinkedHashMap<>(16, 0.75f, true);
      for (int step = 0; step < 2000; step++) {
        // Few low bits: chains are long.
        long key = 1 + (random.nextLong(60) << 20);
        switch (random.nextInt(4)) {
          case 0, 1 -> {
            long server = 1 + random.nextLong(100);
            model.remove(key);
            model.put(key, server);
            put(shard, key, server, 1000);
            if (model.size() > capacity) {
              model.remove(model.keySet().iterator().next());
            }
          }
          case 2 -> {
            model.get(key);
            shard.seen(entry(key, 0, 0, 0), 1000);
          }
          default -> assertThat(shard.remove(~key, key)).isEqualTo(model.remove(key) != null);
        }
        assertThat(shard.size()).as("seed %d", seed).isEqualTo(model.size());
      }
      Map<Long, Long> held = new LinkedHashMap<>();
      shard.visitFromOldest(e -> held.put(e.low, e.server));
      assertThat(new ArrayList<>(held.entrySet()))
          .as("seed %d", seed)
          .isEqualTo(new ArrayList<>(model.entrySet()));
      held.forEach((key, server) -> assertThat(serverOf(shard, key, 1000)).isEqualTo(server));
    }
  }

  /** Entries that stay are found at every moment while others come and go around them. */
  @Test
  void readers_find_what_stays_while_the_writer_changes_chains() throws Exception {
    int capacity = 64;
    SessionShard shard = new SessionShard(capacity);
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    List<String> wrong = new ArrayList<>();
    for (long key = 1; key <= 16; key++) {
      put(shard, key, key * 10, 1000);
    }
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              Found mine = new Found();
              SplittableRandom random = new SplittableRandom(1);
              while (!done.get()) {
                long key = 1 + random.nextLong(16);
                if (!shard.find(~key, key, 1000, mine) || mine.server != key * 10) {
                  wrong.add("key " + key + " at " + mine.server);
                  return;
                }
                reads.incrementAndGet();
              }
            });
    SplittableRandom random = new SplittableRandom(2);
    long endNs = System.nanoTime() + 500_000_000;
    while (System.nanoTime() < endNs) {
      // The same chains: low bits as those that stay.
      long key = 1 + random.nextLong(16) + ((1 + random.nextLong(1000)) << 20);
      if (shard.size() == capacity || random.nextBoolean()) {
        shard.clear((pool, server) -> server == 0);
      }
      put(shard, key, 0, 1000);
    }
    done.set(true);
    reader.join();
    assertThat(wrong).isEmpty();
    assertThat(reads.get()).isPositive();
  }

  @Test
  void of_two_words_the_later_home_and_the_later_sight_hold_in_any_order() {
    SessionEntry early = entry(1, 11, 1050, 5);
    SessionEntry late = entry(1, 12, 1000, 6);
    for (List<SessionEntry> order : List.of(List.of(early, late), List.of(late, early))) {
      SessionShard shard = new SessionShard(10);
      order.forEach(shard::merge);
      assertThat(serverOf(shard, 1, 1000)).isEqualTo(12);
      assertThat(found.seenS).isEqualTo(1050);
      assertThat(shard.merge(early)).as("no news").isFalse();
      assertThat(shard.merge(late)).as("no news").isFalse();
    }
  }

  @Test
  void a_full_table_takes_from_others_only_what_was_seen_later() {
    SessionShard shard = new SessionShard(2);
    put(shard, 1, 11, 1000);
    put(shard, 2, 12, 1010);
    assertThat(shard.merge(entry(3, 13, 999, 9))).isFalse();
    assertThat(shard.refused()).isEqualTo(1);
    assertThat(shard.merge(entry(4, 14, 1005, 9))).isTrue();
    assertThat(serverOf(shard, 1, 1010)).isEqualTo(-1);
    assertThat(serverOf(shard, 4, 1010)).isEqualTo(14);
  }

  @Test
  void what_was_ended_stays_ended_until_a_later_word() {
    SessionShard shard = new SessionShard(10);
    put(shard, 1, 11, 1000);
    put(shard, 2, 12, 1000);
    List<Long> told = new ArrayList<>();
    HybridClock clock = new HybridClock();
    int ended =
        shard.end((pool, server) -> server == 11, clock, 1_000_000, 3, e -> told.add(e.low));
    assertThat(ended).isEqualTo(1);
    assertThat(told).containsExactly(1L);
    assertThat(shard.size()).isEqualTo(1);
    assertThat(serverOf(shard, 1, 1000)).isEqualTo(-1);
    shard.merge(entry(1, 11, 1001, 0));
    assertThat(serverOf(shard, 1, 1001)).as("who has not heard says so").isEqualTo(-1);
    shard.merge(entry(1, 15, 1002, clock.next(1_000_001)));
    assertThat(serverOf(shard, 1, 1002)).isEqualTo(15);
    assertThat(shard.size()).isEqualTo(2);
  }
}
