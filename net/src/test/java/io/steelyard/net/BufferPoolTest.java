package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.steelyard.net.sys.Libc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
  private static final int LIMIT = 128;

  private final BufferPool pool = new BufferPool(new Libc(), LIMIT);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void a_buffer_that_is_released_twice_is_noticed_and_has_one_owner_afterwards() {
    Buffer b = pool.take();
    b.release();
    assertThatIllegalStateException()
        .isThrownBy(b::release)
        .withMessageContaining("released twice");
    assertThat(pool.take()).isSameAs(b);
    assertThat(pool.take()).isNotSameAs(b);
    assertThat(pool.inUse()).isEqualTo(2);
  }

  @Test
  void what_peers_send_leaves_some_buffers_for_answers() {
    int received = 0;
    while (pool.takeToReceive() != null) {
      received++;
    }
    assertThat(received).isEqualTo(LIMIT - LIMIT / 16);
    for (int i = 0; i < LIMIT / 16; i++) {
      assertThat(pool.take()).isNotNull();
    }
    assertThat(pool.take()).isNull();
    assertThat(pool.exhausted()).isEqualTo(2);
  }
}
