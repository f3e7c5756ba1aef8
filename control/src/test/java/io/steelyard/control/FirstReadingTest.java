package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.control.shared.Edition;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FirstReadingTest {
  private static final Edition EDITION = FakeSharedSource.edition(1, "one");

  /** It took more than the two seconds that a start may take. */
  @Test
  void a_store_that_hangs_is_not_waited_for_where_there_is_something_to_serve() {
    CountDownLatch never = new CountDownLatch(1);
    assertThatThrownBy(() ->
            FirstReading.soon(
                () -> {
                  never.await();
                  return EDITION;
                },
                "etcd://x"))
        .isInstanceOf(IOException.class)
        .hasMessage("etcd://x has not answered within 500 ms");
  }

  @Test
  void what_fails_at_once_is_told_as_it_is() {
    assertThatThrownBy(() ->
            FirstReading.soon(
                () -> {
                  throw new IOException("refused");
                },
                "etcd://x"))
        .isInstanceOf(IOException.class)
        .hasMessage("refused");
  }

  /** A process on a busy machine gave up although its store was there. */
  @Test
  void one_that_is_slow_is_asked_again_where_there_is_nothing_else() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Edition read =
        FirstReading.patiently(() -> {
          if (asked.incrementAndGet() < 3) {
            throw new IOException("slow", new TimeoutException());
          }
          return EDITION;
        });
    assertThat(read).isEqualTo(EDITION);
    assertThat(asked).hasValue(3);
  }
}
