package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerTimeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Heads that come in pieces. */
final class PartialHeadTest extends ProxyTest {
  private static final int CLIENTS = 100;

  @Test
  void heads_that_are_not_whole_hold_no_buffers() throws Exception {
    answering(OK);
    Duration s = Duration.ofSeconds(30);
    setup.timeouts = new ListenerTimeouts(s, s, s, s);
    start();
    List<Peer> slow = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      slow.add(client().send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(i * 140)));
    }
    eventually("all is read", () -> partialBytes() >= 140 * CLIENTS * (CLIENTS - 1) / 2);
    eventually("no buffer is in use", () -> metric("steelyard_buffers_in_use") == 0);
    for (Peer client : slow) {
      client.send("\r\n\r\n");
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(partialBytes()).isZero();
  }

  private long partialBytes() {
    long[] sum = new long[1];
    proxy.onAll(p -> sum[0] = p.partialBytes().taken());
    return sum[0];
  }

  @Test
  void a_head_and_the_next_one_may_come_byte_by_byte() throws Exception {
    server(c -> {
      for (int i = 0; i < 3; i++) {
        assertThat(c.head()).startsWith("GET /" + i + " HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n");
        c.send(OK);
      }
    });
    start();
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      client.sendOneByteAtATime("\r\nGET /" + i + " HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n");
      assertThat(client.same(OK)).isEqualTo(OK);
    }
  }

  @Test
  void a_head_that_comes_byte_by_byte_without_an_end_is_refused_at_its_limit() throws Exception {
    answering(OK);
    setup.limits = new ListenerLimits(1000, 1024, 100);
    start();
    Peer client = client().sendOneByteAtATime("GET /" + "x".repeat(1019));
    assertThat(client.message()).startsWith("HTTP/1.1 414 ");
  }

  @Test
  void unfinished_heads_are_bounded_together_and_large_ones_leave_room_for_small_ones() {
    PartialBytes memory = new PartialBytes(64 * 1024);
    byte[] large = memory.take(10_000);
    byte[] middle = memory.take(1025);
    assertThat(large).hasSize(16 * 1024);
    assertThat(middle).hasSize(4 * 1024);
    assertThat(memory.take(10_000)).isNull();
    int small = 0;
    while (memory.take(100) != null) {
      small++;
    }
    assertThat(small).isEqualTo(44 * 4);
    memory.give(large);
    assertThat(memory.take(100)).isNotNull();
    assertThat(memory.taken()).isEqualTo(48 * 1024 + 256);
  }
}
