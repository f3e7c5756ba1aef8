package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.Server;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseTest {
  private static final int LOOPS = 4;
  private static final int ROUNDS = 200_000;
  private static final int LEASES = 6;

  private final TestPool pool = new TestPool(LOOPS);
  private final Lease lease = new Lease();

  @Test
  void a_place_is_counted_until_it_is_given_back_and_only_once() {
    pool.add(Health.unknown(1, 1));
    assertThat(lease.take(pool.servers.getFirst(), 2)).isTrue();
    assertThat(pool.server(0).inFlight()).isEqualTo(1);
    assertThat(pool.state.inFlight()).isEqualTo(1);
    lease.release();
    lease.release();
    assertThat(pool.server(0).inFlight()).isZero();
    assertThat(pool.state.inFlight()).isZero();
    assertThat(lease.taken()).isFalse();
  }

  @Test
  void a_full_server_refuses_and_leaves_nothing_behind() {
    pool.add(Health.unknown(1, 1), 1, 1, false);
    Server server = pool.servers.getFirst();
    assertThat(lease.take(server, 0)).isTrue();
    Lease second = new Lease();
    assertThat(second.take(server, 1)).isFalse();
    assertThat(second.taken()).isFalse();
    lease.release();
    assertThat(second.take(server, 1)).isTrue();
  }

  @Test
  void the_lower_of_what_is_configured_and_what_the_server_asks_for_is_its_limit() {
    pool.add(Health.unknown(1, 1), 1, 5, false);
    pool.add(Health.unknown(1, 1), 1, 0, false);
    pool.server(0).maxAsked(3);
    pool.server(1).maxAsked(2);
    assertThat(pool.servers).extracting(Server::limit).containsExactly(3, 2);
    pool.server(0).maxAsked(9);
    pool.server(1).maxAsked(0);
    assertThat(pool.servers).extracting(Server::limit).containsExactly(5, 0);
    pool.server(1).maxAsked(1);
    assertThat(lease.take(pool.servers.get(1), 0)).isTrue();
    assertThat(new Lease().take(pool.servers.get(1), 1)).isFalse();
  }

  @Test
  void a_full_pool_refuses_and_gives_the_servers_place_back() {
    pool.add(Health.unknown(1, 1), 1, 5, false);
    pool.limits(new PoolLimits(0, 0, 0, 0, false, 1, false, 0)).start();
    Server server = pool.servers.getFirst();
    assertThat(lease.take(server, 0)).isTrue();
    Lease second = new Lease();
    assertThat(second.take(server, 1)).isFalse();
    lease.release();
    for (int i = 0; i < 5; i++) {
      pool.state.concurrencyMax(0);
      assertThat(new Lease().take(server, 1)).as("place %d", i).isTrue();
    }
    assertThat(new Lease().take(server, 1)).isFalse();
  }

  @Test
  void what_was_taken_without_a_limit_counts_once_there_is_one() {
    pool.add(Health.unknown(1, 1), 1, 0, false);
    assertThat(lease.take(pool.servers.getFirst(), 0)).isTrue();
    Server old = pool.servers.getFirst();
    Server limited = new Server(old.name(), old.address(), 1, 1, false, "", old.state());
    Lease second = new Lease();
    assertThat(second.take(limited, 1)).isFalse();
    lease.release();
    assertThat(second.take(limited, 1)).isTrue();
    second.release();
    assertThat(second.take(limited, 1)).as("nothing was given back twice").isTrue();
  }

  @Test
  void four_loops_at_once_never_exceed_the_limits_and_end_at_zero() throws Exception {
    pool.add(Health.unknown(1, 1), 1, 5, false);
    pool.add(Health.unknown(1, 1), 1, 7, false);
    pool.state.concurrencyMax(10);
    AtomicInteger[] inside = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    AtomicInteger tooMany = new AtomicInteger();
    LongAdder taken = new LongAdder();
    CountDownLatch start = new CountDownLatch(1);
    Thread[] loops = new Thread[LOOPS];
    for (int i = 0; i < LOOPS; i++) {
      int loop = i;
      loops[i] =
          Thread.ofPlatform()
              .start(() -> {
                awaitQuietly(start);
                work(loop, inside, tooMany, taken);
              });
    }
    start.countDown();
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(tooMany).hasValue(0);
    assertThat(taken.sum()).isGreaterThan(ROUNDS / 10);
    assertThat(pool.state.inFlight()).isZero();
    assertThat(pool.server(0).inFlight() + pool.server(1).inFlight()).isZero();
    assertAllPlacesAreFree();
  }

  private void assertAllPlacesAreFree() {
    pool.state.concurrencyMax(0);
    for (int i = 0; i < 12; i++) {
      assertThat(new Lease().take(pool.servers.get(i < 5 ? 0 : 1), 0)).as("place %d", i).isTrue();
    }
  }

  private void work(int loop, AtomicInteger[] inside, AtomicInteger tooMany, LongAdder taken) {
    SplittableRandom random = new SplittableRandom(loop);
    Lease[] leases = new Lease[LEASES];
    int[] at = new int[LEASES];
    for (int i = 0; i < LEASES; i++) {
      leases[i] = new Lease();
    }
    for (int round = 0; round < ROUNDS; round++) {
      int i = random.nextInt(LEASES);
      if (leases[i].taken()) {
        inside[at[i]].decrementAndGet();
        inside[2].decrementAndGet();
        leases[i].release();
      } else {
        at[i] = random.nextInt(2);
        if (leases[i].take(pool.servers.get(at[i]), loop)) {
          taken.increment();
          int here = inside[at[i]].incrementAndGet();
          int all = inside[2].incrementAndGet();
          tooMany.addAndGet(here > (at[i] == 0 ? 5 : 7) || all > 10 ? 1 : 0);
        }
      }
    }
    for (int i = 0; i < LEASES; i++) {
      if (leases[i].taken()) {
        inside[at[i]].decrementAndGet();
        inside[2].decrementAndGet();
        leases[i].release();
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
