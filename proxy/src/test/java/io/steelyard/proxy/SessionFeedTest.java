package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SessionFeedTest {
  private static final long LONG_NS = TimeUnit.MINUTES.toNanos(1);

  private final SessionFeed feed = new SessionFeed(3);

  private void add(int loop, long low) {
    SessionEntry entry = new SessionEntry();
    entry.low = low;
    feed.of(loop).add(entry);
    feed.ring();
  }

  @Test
  void what_any_loop_has_noted_comes_out() {
    add(0, 1);
    add(2, 2);
    add(1, 3);
    add(0, 4);
    assertThat(OtherNodes.drain(feed))
        .extracting(e -> e.low)
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    assertThat(feed.drain(ByteBuffer.allocate(1000))).isZero();
  }

  @Test
  void what_has_no_room_comes_the_next_time() {
    add(0, 1);
    add(1, 2);
    ByteBuffer one = ByteBuffer.allocate(SessionEntry.BYTES);
    assertThat(feed.drain(one)).isEqualTo(1);
    assertThat(feed.drain(one)).isZero();
    assertThat(feed.drain(one.clear())).isEqualTo(1);
    assertThat(feed.drain(one.clear())).isZero();
  }

  @Test
  void changes_that_are_lost_are_counted_over_all_loops() {
    SessionEntry entry = new SessionEntry();
    for (int loop = 0; loop < 3; loop++) {
      for (int i = 0; i < SessionChanges.CAPACITY + loop; i++) {
        feed.of(loop).add(entry);
      }
    }
    assertThat(feed.lost()).isEqualTo(3);
  }

  @Test
  void nobody_waits_while_there_is_something() {
    add(1, 1);
    long from = System.nanoTime();
    feed.await(TimeUnit.MILLISECONDS.toNanos(900));
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMillis(800));
  }

  @Test
  void who_waits_goes_on_when_the_time_is_over() {
    feed.await(TimeUnit.MILLISECONDS.toNanos(5));
    assertThat(OtherNodes.drain(feed)).isEmpty();
  }

  /** Woken up each time: a second a piece, as long as one sleeps at most, would be too long. */
  @Test
  void who_waits_is_woken_up_by_what_is_added() throws Exception {
    int rounds = 100;
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              for (int got = 0; got < rounds; got += OtherNodes.drain(feed).size()) {
                feed.await(LONG_NS);
              }
            });
    long from = System.nanoTime();
    for (int i = 1; i <= rounds; i++) {
      ProxyTest.eventually(
          "it sleeps",
          () ->
              LockSupport.getBlocker(reader) == feed
                  || reader.getState() == Thread.State.TERMINATED);
      add(i % 3, i);
      int loop = i % 3;
      ProxyTest.eventually("it is taken", () -> feed.of(loop).isEmpty());
    }
    reader.join();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void who_waits_goes_on_when_it_is_interrupted() throws Exception {
    Thread reader = Thread.ofPlatform().start(() -> feed.await(LONG_NS));
    reader.interrupt();
    assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
  }
}
