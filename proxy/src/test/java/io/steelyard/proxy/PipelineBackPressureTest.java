package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many requests at once by a client that takes its time with the answers. */
final class PipelineBackPressureTest extends ProxyTest {
  private static final int REQUESTS = 2000;
  private static final int BODY_BYTES = 12_000;

  /** One batch may use up the 128 that io_uring has, before reading is paused; then a few more. */
  private static final int BUFFERS_MAX = 160;

  private static String answer(String path) {
    return "HTTP/1.1 200 OK\r\nContent-Length: "
        + BODY_BYTES
        + "\r\n\r\n"
        + path
        + ".".repeat(BODY_BYTES - path.length());
  }

  @Test
  void pipelined_requests_wait_for_a_client_that_does_not_read() throws Exception {
    AtomicLong answers = new AtomicLong();
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        String path = head.split(" ", 3)[1];
        if (path.equals("/")) {
          c.send(OK);
        } else {
          c.send(answer(path));
          answers.incrementAndGet();
        }
      }
    });
    start();
    Peer slow = keep(Peer.connect(proxy.address("web"), 4096));
    FutureTask<Void> asking =
        Bulk.aside(() -> {
          for (int i = 0; i < REQUESTS; i++) {
            slow.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
          }
          return null;
        });
    Peer other = client();
    long before;
    do {
      before = answers.get();
      for (int i = 0; i < 300; i++) {
        other.send(GET);
        assertThat(other.same(OK)).isEqualTo(OK);
        assertThat(metric("steelyard_buffers_in_use")).isLessThanOrEqualTo(BUFFERS_MAX);
      }
    } while (answers.get() != before || before == 0);
    assertThat(before).as("the requests have to wait").isLessThan(REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
      String expected = answer("/" + i);
      assertThat(slow.same(expected)).isEqualTo(expected);
    }
    asking.get(5, TimeUnit.SECONDS);
    slow.send(GET);
    assertThat(slow.same(OK)).isEqualTo(OK);
  }
}
