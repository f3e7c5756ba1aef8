package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.Allocation;
import io.steelyard.core.pool.WaitQueue.Kind;
import io.steelyard.core.pool.WaitQueue.Ticket;
import io.steelyard.core.server.PoolState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitQueueTest {
  private static final int MAX = 8;

  private final PoolState pool = new PoolState("app", 4);
  private final WaitQueue<String> queue = new WaitQueue<>(pool, 1, Kind.ROOM);

  private static Ticket<String> ticket(String name) {
    return new Ticket<>(name);
  }

  @Test
  void only_newcomers_hold_up_others_and_only_those_who_wait_for_room_get_it() {
    WaitQueue<String> retries = new WaitQueue<>(pool, 0, Kind.BUDGET);
    WaitQueue<String> elsewhere = new WaitQueue<>(pool, 0, Kind.ROOM_ELSEWHERE);
    Ticket<String> retry = new Ticket<>("retry");
    Ticket<String> other = new Ticket<>("other");
    Ticket<String> newcomer = new Ticket<>("newcomer");
    retries.join(retry, 100, 10);
    assertThat(pool.nextWaiting()).isNegative();
    elsewhere.join(other, 100, 10);
    assertThat(pool.nextWaiting()).isZero();
    assertThat(pool.newcomersWaiting()).isZero();
    queue.join(newcomer, 100, 10);
    assertThat(pool.newcomersWaiting()).isEqualTo(1);
    assertThat(pool.waiting()).isEqualTo(3);
    List.of(retry, other, newcomer).forEach(Ticket::leave);
    assertThat(pool.newcomersWaiting()).isZero();
    assertThat(pool.nextWaiting()).isNegative();
    assertThat(pool.waiting()).isZero();
  }

  @Test
  void first_come_first_served() {
    queue.join(ticket("a"), 30, MAX);
    queue.join(ticket("b"), 10, MAX);
    queue.join(ticket("c"), 20, MAX);
    assertThat(queue.first()).isEqualTo("a");
    assertThat(queue.poll()).isEqualTo("a");
    assertThat(queue.poll()).isEqualTo("b");
    assertThat(queue.poll()).isEqualTo("c");
    assertThat(queue.poll()).isNull();
    assertThat(queue.first()).isNull();
  }

  @Test
  void whose_deadline_is_over_leaves_wherever_it_stands() {
    queue.join(ticket("a"), 30, MAX);
    queue.join(ticket("b"), 10, MAX);
    queue.join(ticket("c"), 20, MAX);
    assertThat(queue.nextDeadlineNs()).isEqualTo(10);
    assertThat(queue.pollExpired(9)).isNull();
    assertThat(queue.pollExpired(25)).isEqualTo("b");
    assertThat(queue.pollExpired(25)).isEqualTo("c");
    assertThat(queue.pollExpired(25)).isNull();
    assertThat(queue.poll()).isEqualTo("a");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void a_client_that_goes_away_gives_its_place_to_another() {
    Ticket<String> gone = ticket("a");
    queue.join(gone, 30, 1);
    assertThat(queue.join(ticket("b"), 30, 1)).isFalse();
    queue.leave(gone);
    queue.leave(gone);
    assertThat(gone.waits()).isFalse();
    assertThat(queue.join(gone, 40, 1)).isTrue();
    assertThat(pool.waiting()).isEqualTo(1);
  }

  @Test
  void nobody_waits_where_none_may() {
    assertThat(queue.join(ticket("a"), 30, 0)).isFalse();
  }

  @Test
  void the_loops_share_their_places() {
    WaitQueue<String> other = new WaitQueue<>(pool, 3, Kind.ROOM);
    assertThat(queue.join(ticket("a"), 30, 2)).isTrue();
    assertThat(other.join(ticket("b"), 30, 2)).isTrue();
    assertThat(queue.join(ticket("c"), 30, 2)).isFalse();
    other.poll();
    assertThat(queue.join(ticket("c"), 30, 2)).isTrue();
  }

  @Test
  void room_goes_to_the_loop_of_whoever_has_waited_longest() {
    assertThat(pool.nextWaiting()).isNegative();
    WaitQueue<String> other = new WaitQueue<>(pool, 3, Kind.ROOM);
    WaitQueue<String> elsewhere = new WaitQueue<>(pool, 0, Kind.ROOM_ELSEWHERE);
    queue.join(ticket("a"), 30, MAX);
    other.join(ticket("b"), 30, MAX);
    queue.join(ticket("c"), 30, MAX);
    elsewhere.join(ticket("d"), 30, MAX);
    assertThat(pool.nextWaiting()).isEqualTo(1);
    queue.poll();
    assertThat(pool.nextWaiting()).isEqualTo(3);
    other.poll();
    assertThat(pool.nextWaiting()).isEqualTo(1);
    queue.poll();
    assertThat(pool.nextWaiting()).isZero();
    elsewhere.poll();
    assertThat(pool.nextWaiting()).isNegative();
  }

  @Test
  void it_does_what_a_plain_list_does() {
    record Waiting(int name, long deadlineNs, int order) {}
    SplittableRandom random = new SplittableRandom(3);
    WaitQueue<Integer> tested = new WaitQueue<>(new PoolState("x", 1), 0, Kind.ROOM);
    List<Ticket<Integer>> tickets = new ArrayList<>();
    List<Waiting> dumb = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      tickets.add(new Ticket<>(i));
    }
    for (int step = 0; step < 200_000; step++) {
      int order = step;
      int name = random.nextInt(30);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          if (!tickets.get(name).waits()) {
            long deadline = step + random.nextLong(40);
            assertThat(tested.join(tickets.get(name), deadline, 20)).isEqualTo(dumb.size() < 20);
            if (dumb.size() < 20) {
              dumb.add(new Waiting(name, deadline, order));
            }
          }
        }
        case 2 -> {
          tested.leave(tickets.get(name));
          dumb.removeIf(w -> w.name == name);
        }
        case 3 -> {
          Integer polled = tested.poll();
          assertThat(polled).isEqualTo(dumb.isEmpty() ? null : dumb.removeFirst().name);
        }
        default -> {
          Waiting due =
              dumb.stream()
                  .min(
                      Comparator.comparingLong(Waiting::deadlineNs)
                          .thenComparingInt(Waiting::order))
                  .filter(w -> w.deadlineNs <= order)
                  .orElse(null);
          assertThat(tested.pollExpired(step)).isEqualTo(due == null ? null : due.name);
          dumb.remove(due);
        }
      }
      assertThat(tested.size()).isEqualTo(dumb.size());
    }
  }

  @Test
  void four_loops_at_once_never_hold_more_than_may_wait() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger tooMany = new AtomicInteger();
    Thread[] loops = new Thread[4];
    for (int i = 0; i < loops.length; i++) {
      int loop = i;
      loops[i] = Thread.ofPlatform().start(() -> work(loop, inside, tooMany));
    }
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(tooMany).hasValue(0);
    assertThat(pool.waiting()).isZero();
    assertThat(pool.nextWaiting()).isNegative();
  }

  private void work(int loop, AtomicInteger inside, AtomicInteger tooMany) {
    WaitQueue<Integer> own = new WaitQueue<>(pool, loop, Kind.ROOM);
    List<Ticket<Integer>> tickets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tickets.add(new Ticket<>(i));
    }
    SplittableRandom random = new SplittableRandom(loop);
    for (int round = 0; round < 100_000; round++) {
      Ticket<Integer> ticket = tickets.get(random.nextInt(5));
      if (ticket.waits()) {
        inside.decrementAndGet();
        own.leave(ticket);
      } else if (own.join(ticket, round, MAX)) {
        tooMany.addAndGet(inside.incrementAndGet() > MAX ? 1 : 0);
      }
    }
    while (!own.isEmpty()) {
      // First: whoever takes the place is counted at once.
      inside.decrementAndGet();
      own.poll();
    }
  }

  @Test
  void waiting_allocates_nothing() {
    Ticket<String> a = ticket("a");
    Ticket<String> b = ticket("b");
    long bytes =
        Allocation.bytes(
            10_000,
            () -> {
              queue.join(a, 20, MAX);
              queue.join(b, 10, MAX);
              queue.pollExpired(15);
              queue.leave(a);
            });
    assertThat(bytes).isZero();
  }
}
