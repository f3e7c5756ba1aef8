package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What loops tell each other of loads that have fallen. */
class FallsTest {
  private final Falls falls = new Falls();
  private final int[] into = new int[Falls.Reader.roomNeeded()];

  @Test
  void a_loop_reads_what_the_others_tell_once_and_not_its_own() {
    Falls.Reader one = falls.join();
    Falls.Reader two = falls.join();
    Falls.Reader three = falls.join();
    one.tell(4);
    two.tell(7);
    one.tell(5);
    assertThat(read(three)).containsExactlyInAnyOrder(4, 5, 7);
    assertThat(read(three)).isEmpty();
    assertThat(read(one)).containsExactly(7);
    assertThat(read(two)).containsExactly(4, 5);
  }

  @Test
  void who_reads_late_gets_the_newest() {
    Falls.Reader one = falls.join();
    Falls.Reader two = falls.join();
    IntStream.range(0, 1000).forEach(one::tell);
    int room = Falls.Reader.roomNeeded();
    assertThat(read(two)).isEqualTo(IntStream.range(1000 - room, 1000).toArray());
  }

  @Test
  void more_loops_than_there_are_rings_for_do_without() {
    Falls.Reader first = falls.join();
    for (int i = 1; i < Falls.LOOPS_MAX; i++) {
      falls.join();
    }
    Falls.Reader beyond = falls.join();
    beyond.tell(1);
    assertThat(read(first)).isEmpty();
    first.tell(2);
    assertThat(read(beyond)).containsExactly(2);
  }

  private int[] read(Falls.Reader reader) {
    return Arrays.copyOf(into, reader.read(into));
  }
}
