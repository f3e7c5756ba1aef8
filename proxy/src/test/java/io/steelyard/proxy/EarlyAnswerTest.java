package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers that begin, or end, before the request's body has: whose turn is it, whose fault? */
final class EarlyAnswerTest extends ProxyTest {
  private static final String UPLOAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n";

  private void timeouts(long bodyMs, long responseMs) {
    ListenerTimeouts t = ListenerTimeouts.DEFAULT;
    setup.timeouts =
        new ListenerTimeouts(t.head(), t.idle(), Duration.ofMillis(bodyMs), t.tunnel());
    PoolTimeouts p = PoolTimeouts.DEFAULT;
    setup.poolTimeouts =
        PoolTimeouts.DEFAULT.with(p.connect(), Duration.ofMillis(responseMs), p.idle());
  }

  @Test
  void a_server_that_does_not_say_continue_is_too_slow_and_not_its_client() throws Exception {
    timeouts(100, 400);
    server(c -> {
      c.head();
      c.rest();
    });
    start();
    Peer client = client().send(UPLOAD + "Expect: 100-continue\r\n\r\n");
    assertThat(client.message()).startsWith("HTTP/1.1 504 ");
  }

  @Test
  void a_client_that_may_continue_and_does_not_is_too_slow() throws Exception {
    timeouts(100, 5_000);
    server(c -> {
      c.head();
      c.send("HTTP/1.1 100 Continue\r\n\r\n");
      c.rest();
    });
    start();
    Peer client = client().send(UPLOAD + "Expect: 100-continue\r\n\r\n");
    assertThat(client.head()).startsWith("HTTP/1.1 100 ");
    assertThat(client.message()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void a_server_that_stops_reading_a_long_upload_is_blamed_itself() throws Exception {
    timeouts(300, 600);
    CountDownLatch over = new CountDownLatch(1);
    server(c -> {
      c.head();
      assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    });
    start();
    Peer client = client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000000\r\n\r\n");
    Thread sending =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Bulk.send(client, 90_000_000);
              } catch (IOException expected) {
                // The balancer has hung up.
              }
            });
    try {
      assertThat(client.message()).startsWith("HTTP/1.1 504 ");
    } finally {
      over.countDown();
      client.close();
      sending.join(5_000);
    }
  }

  @Test
  void an_upload_goes_on_after_a_silence_while_the_answer_streams() throws Exception {
    timeouts(100, 5_000);
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
      assertThat(c.text(4)).isEqualTo("body");
      c.send("1\r\nb\r\n0\r\n\r\n");
    });
    start();
    Peer client = client().send(UPLOAD + "\r\n");
    client.head();
    assertThat(client.text(6)).isEqualTo("1\r\na\r\n");
    long began = System.nanoTime();
    eventually("three time-outs have passed", () -> System.nanoTime() - began > 300_000_000L);
    client.send("body");
    assertThat(client.text(11)).isEqualTo("1\r\nb\r\n0\r\n\r\n");
  }

  /** It was cut off after 250 ms: how often a waiting request looks after its server. */
  @Test
  void a_server_that_answers_while_its_client_sends_may_pause() throws Exception {
    timeouts(5_000, 5_000);
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
      assertThat(c.text(11)).isEqualTo("2\r\nbo\r\n2\r\nd");
      long began = System.nanoTime();
      eventually("600 ms have passed", () -> System.nanoTime() - began > 600_000_000L);
      c.send("1\r\nb\r\n");
      assertThat(c.text(8)).isEqualTo("y\r\n0\r\n\r\n");
      c.send("0\r\n\r\n");
    });
    start();
    Peer client =
        client()
            .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n");
    client.head();
    assertThat(client.text(6)).isEqualTo("1\r\na\r\n");
    client.send("2\r\nd");
    assertThat(client.text(6)).isEqualTo("1\r\nb\r\n");
    client.send("y\r\n0\r\n\r\n");
    assertThat(client.text(5)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void a_server_that_has_begun_to_answer_and_stops_is_cut_off_in_time() throws Exception {
    timeouts(5_000, 400);
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
      c.rest();
    });
    start();
    Peer client = client().send(UPLOAD + "\r\nbo");
    client.head();
    assertThat(client.text(6)).isEqualTo("1\r\na\r\n");
    assertThat(client.rest()).isEqualTo("<reset>");
  }

  @Test
  void an_answer_to_half_a_request_says_that_the_connection_ends() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
      c.rest();
    });
    start();
    Peer client = client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nx");
    assertThat(client.message())
        .startsWith("HTTP/1.1 413 ")
        .contains("\r\nConnection: close\r\n")
        .endsWith("no");
  }

  @Test
  void a_client_that_goes_on_sending_still_reads_the_early_answer() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
    });
    start();
    Peer client = client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
    Bulk.send(client, 8_000_000);
    assertThat(client.rest()).startsWith("HTTP/1.1 413 ").endsWith("no");
  }
}
