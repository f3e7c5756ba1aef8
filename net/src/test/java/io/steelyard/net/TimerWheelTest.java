package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final long MS = 1_000_000;
  private static final long TICK = 1L << TimerWheel.TICK_SHIFT;

  private static final class Recording extends Timer {
    final List<Long> firedAtNs = new ArrayList<>();

    @Override
    protected void expired(long nowNs) {
      firedAtNs.add(nowNs);
    }
  }

  @Test
  void a_timer_fires_once_never_early_and_at_most_two_ticks_late() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      long start = random.nextLong(1L << 50);
      TimerWheel wheel = new TimerWheel(start);
      Recording timer = new Recording();
      long deadline = start + random.nextLong(100_000 * MS);
      wheel.schedule(timer, deadline);
      for (long now = start; timer.firedAtNs.isEmpty(); now += Math.max(1, wheel.nextNs(now))) {
        wheel.advance(now);
      }
      assertThat(timer.firedAtNs.getFirst()).isBetween(deadline, deadline + 2 * TICK);
      assertThat(wheel.size()).isZero();
      assertThat(wheel.nextNs(start)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void a_deadline_that_moves_later_is_kept_and_one_that_moves_earlier_too() {
    TimerWheel wheel = new TimerWheel(0);
    Recording later = new Recording();
    Recording earlier = new Recording();
    wheel.schedule(later, 100 * MS);
    wheel.schedule(later, 500 * MS);
    wheel.schedule(earlier, 10_000 * MS);
    wheel.schedule(earlier, 50 * MS);
    wheel.advance(200 * MS);
    assertThat(later.firedAtNs).isEmpty();
    assertThat(earlier.firedAtNs).containsExactly(200 * MS);
    wheel.advance(520 * MS);
    assertThat(later.firedAtNs).containsExactly(520 * MS);
  }

  @Test
  void a_cancelled_timer_does_not_fire_and_can_be_set_again() {
    TimerWheel wheel = new TimerWheel(0);
    Recording timer = new Recording();
    wheel.schedule(timer, 10 * MS);
    wheel.cancel(timer);
    wheel.cancel(timer);
    wheel.advance(1000 * MS);
    assertThat(timer.firedAtNs).isEmpty();
    wheel.schedule(timer, 1100 * MS);
    wheel.advance(1200 * MS);
    assertThat(timer.firedAtNs).hasSize(1);
  }

  @Test
  void timers_that_cancel_and_set_each_other_while_firing_behave() {
    TimerWheel wheel = new TimerWheel(0);
    List<Timer> all = new ArrayList<>();
    int[] fired = new int[1];
    for (int i = 0; i < 8; i++) {
      all.add(
          new Timer() {
            @Override
            protected void expired(long nowNs) {
              fired[0]++;
              wheel.cancel(all.get((all.indexOf(this) + 1) % 8));
              wheel.schedule(all.get((all.indexOf(this) + 2) % 8), nowNs + 5000 * MS);
            }
          });
      wheel.schedule(all.getLast(), 10 * MS);
    }
    wheel.advance(100 * MS);
    assertThat(fired[0]).isBetween(1, 8);
    assertThat(wheel.size()).isLessThanOrEqualTo(8);
    for (Timer t : all) {
      wheel.cancel(t);
    }
    assertThat(wheel.size()).isZero();
  }

  @Test
  void a_timer_that_throws_does_not_lose_the_others_of_its_slot() {
    TimerWheel wheel = new TimerWheel(0);
    List<Recording> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (i == 2) {
        wheel.schedule(
            new Timer() {
              @Override
              protected void expired(long nowNs) {
                throw new IllegalStateException("a defect");
              }
            },
            10 * MS);
      }
      others.add(new Recording());
      wheel.schedule(others.getLast(), 10 * MS);
    }
    assertThatThrownBy(() -> wheel.advance(100 * MS)).hasMessage("a defect");
    wheel.advance(200 * MS);
    assertThat(others).allSatisfy(t -> assertThat(t.firedAtNs).hasSize(1));
    assertThat(wheel.size()).isZero();
    wheel.schedule(others.getFirst(), 300 * MS);
    wheel.advance(400 * MS);
    assertThat(others.getFirst().firedAtNs).endsWith(400 * MS).hasSize(2);
    assertThat(wheel.size()).isZero();
  }

  @Test
  void it_agrees_with_a_plain_list_of_deadlines_whatever_is_done_to_it() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      long now = random.nextLong(1L << 40);
      TimerWheel wheel = new TimerWheel(now);
      Recording[] timers = new Recording[50];
      long[] deadlines = new long[50];
      java.util.Arrays.setAll(timers, i -> new Recording());
      for (int step = 0; step < 2000; step++) {
        int i = random.nextInt(50);
        switch (random.nextInt(4)) {
          case 0 -> {
            deadlines[i] = now + random.nextLong(30_000 * MS);
            wheel.schedule(timers[i], deadlines[i]);
          }
          case 1 -> {
            deadlines[i] = 0;
            wheel.cancel(timers[i]);
          }
          default -> {
            now += random.nextLong(400 * MS);
            wheel.advance(now);
            for (int k = 0; k < 50; k++) {
              boolean fired = !timers[k].firedAtNs.isEmpty();
              timers[k].firedAtNs.clear();
              if (fired) {
                assertThat(deadlines[k]).as("seed " + seed).isBetween(1L, now);
                deadlines[k] = 0;
              } else if (deadlines[k] != 0) {
                assertThat(deadlines[k]).as("seed " + seed).isGreaterThan(now - 2 * TICK);
              }
            }
          }
        }
      }
    }
  }
}
