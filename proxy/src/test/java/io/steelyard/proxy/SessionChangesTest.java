package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SessionChangesTest {
  private final SessionChanges changes = new SessionChanges();
  private final SessionEntry entry = new SessionEntry();
  private long added;

  private void add(int n) {
    for (int i = 0; i < n; i++) {
      entry.low = ++added;
      entry.high = -added;
      entry.server = added * 3;
      entry.stamp = added * 5;
      entry.pool = (int) added;
      entry.seenS = (int) added + 1;
      entry.ttlS = (int) added + 2;
      entry.origin = (int) added + 3;
      changes.add(entry);
    }
  }

  private List<Long> drain(int room) {
    ByteBuffer out = ByteBuffer.allocate(room);
    int n = changes.drain(out);
    out.flip();
    assertThat(out.remaining()).isEqualTo(n * SessionEntry.BYTES);
    List<Long> lows = new ArrayList<>();
    while (out.hasRemaining()) {
      SessionEntry read = new SessionEntry();
      read.read(out);
      lows.add(read.low);
      assertThat(read.high).isEqualTo(-read.low);
      assertThat(read.server).isEqualTo(read.low * 3);
      assertThat(read.stamp).isEqualTo(read.low * 5);
      assertThat(List.of(read.pool, read.seenS - 1, read.ttlS - 2, read.origin - 3))
          .containsOnly((int) read.low);
    }
    return lows;
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void what_was_added_comes_out_in_order() {
    assertThat(changes.isEmpty()).isTrue();
    add(3);
    assertThat(changes.isEmpty()).isFalse();
    assertThat(drain(1000)).containsExactly(1L, 2L, 3L);
    assertThat(changes.isEmpty()).isTrue();
    assertThat(drain(1000)).isEmpty();
  }

  @Test
  void what_has_no_room_comes_the_next_time() {
    add(5);
    assertThat(drain(2 * SessionEntry.BYTES)).containsExactly(1L, 2L);
    assertThat(drain(SessionEntry.BYTES - 1)).isEmpty();
    assertThat(drain(4 * SessionEntry.BYTES - 1)).containsExactly(3L, 4L, 5L);
  }

  @Test
  void the_ring_goes_round() {
    int some = SessionChanges.CAPACITY / 3 * 2;
    for (int round = 0; round < 4; round++) {
      long before = added;
      add(some);
      assertThat(drain(some * SessionEntry.BYTES)).isEqualTo(numbers(before + 1, before + some));
    }
    assertThat(changes.lost()).isZero();
  }

  @Test
  void what_a_full_ring_has_no_room_for_is_lost_and_counted() {
    add(SessionChanges.CAPACITY + 3);
    assertThat(changes.lost()).isEqualTo(3);
    assertThat(drain(SessionEntry.BYTES)).containsExactly(1L);
    add(2);
    assertThat(changes.lost()).isEqualTo(4);
    List<Long> rest = drain(SessionChanges.CAPACITY * SessionEntry.BYTES);
    assertThat(rest.subList(0, rest.size() - 1)).isEqualTo(numbers(2, SessionChanges.CAPACITY));
    assertThat(rest.getLast()).isEqualTo(SessionChanges.CAPACITY + 4);
  }

  @Test
  void a_reader_beside_the_writer_gets_all_of_it() throws Exception {
    int all = 500_000;
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              while (added < all) {
                add(1);
              }
            });
    long read = 0;
    ByteBuffer out = ByteBuffer.allocate(100 * SessionEntry.BYTES);
    long last = 0;
    while (writer.isAlive() || !changes.isEmpty()) {
      read += changes.drain(out.clear());
      out.flip();
      while (out.hasRemaining()) {
        SessionEntry next = new SessionEntry();
        next.read(out);
        assertThat(next.low).isGreaterThan(last);
        assertThat(next.stamp).isEqualTo(next.low * 5);
        last = next.low;
      }
    }
    writer.join();
    assertThat(read + changes.lost()).isEqualTo(all);
  }
}
