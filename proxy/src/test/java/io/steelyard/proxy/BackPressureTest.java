package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerLimits;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Slow readers, clients that leave, and limits. */
final class BackPressureTest extends ProxyTest {
  private static final int BYTES = 60_000_000;

  @Test
  void a_client_that_reads_slowly_stops_the_server_and_not_the_others() throws Exception {
    AtomicLong chunksSent = new AtomicLong();
    String chunk = "2710\r\n" + "c".repeat(10_000) + "\r\n";
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        if (!head.startsWith("GET /long ")) {
          c.send(OK);
          continue;
        }
        c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < BYTES / 10_000; i++) {
          c.send(chunk);
          chunksSent.incrementAndGet();
        }
        c.send("0\r\n\r\n");
      }
    });
    start();
    Peer slow = keep(Peer.connect(proxy.address("web"), 4096));
    slow.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
    slow.head();
    Peer other = client();
    long before;
    do {
      before = chunksSent.get();
      for (int i = 0; i < 300; i++) {
        other.send(GET);
        assertThat(other.same(OK)).isEqualTo(OK);
      }
      assertThat(metric("steelyard_buffers_in_use")).as("buffers in use").isLessThan(64);
    } while (chunksSent.get() != before);
    assertThat(before).as("the server has to wait").isLessThan(BYTES / 10_000);
    for (int i = 0; i < BYTES / 10_000; i++) {
      assertThat(slow.same(chunk)).isEqualTo(chunk);
    }
    assertThat(slow.text(5)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void a_server_that_reads_slowly_stops_the_client() throws Exception {
    java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
    server(c -> {
      c.head();
      go.await();
      Bulk.expectChunked(c, BYTES, 30_000);
      c.send(OK);
      c.rest();
    });
    start();
    Peer client = client().send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    FutureTask<Void> up =
        Bulk.aside(() -> {
          Bulk.sendChunked(client, BYTES, 30_000);
          return null;
        });
    for (int i = 0; i < 300; i++) {
      assertThat(metric("steelyard_buffers_in_use")).as("buffers in use").isLessThan(64);
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
    assertThat(up.isDone()).as("the client has to wait").isFalse();
    go.countDown();
    assertThat(client.same(OK)).isEqualTo(OK);
    up.get(5, TimeUnit.SECONDS);
  }

  @Test
  void a_client_that_leaves_in_the_middle_of_an_answer_frees_the_server() throws Exception {
    for (String framing : new String[] {"Content-Length: " + BYTES, "Transfer-Encoding: chunked"}) {
      setup.servers.clear();
      ScriptedServer server =
          server(c -> {
            c.head();
            try {
              c.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
              if (framing.startsWith("T")) {
                Bulk.sendChunked(c, BYTES, 50_000);
              } else {
                Bulk.send(c, BYTES);
              }
            } catch (java.io.IOException expected) {
              // The balancer has hung up.
            }
            c.rest();
          });
      if (proxy == null) {
        start();
      } else {
        proxy.publish(setup.snapshot());
      }
      Peer client = client().send(GET);
      client.head();
      client.bytes(100_000);
      client.reset();
      eventually("the server's connection is closed", () -> server.open() == 0);
      eventually("nothing is in flight", () -> inFlight() == 0);
    }
  }

  @Test
  void a_client_that_leaves_before_the_answer_frees_the_server() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.rest();
        });
    start();
    Peer client = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1 && server.open() == 1);
    client.reset();
    eventually("the server's connection is closed", () -> server.open() == 0);
  }

  @Test
  void a_client_that_leaves_in_the_middle_of_its_body_frees_the_server() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.rest();
        });
    start();
    for (int bytes : new int[] {10, 5_000_000}) {
      Peer client = client().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n");
      Bulk.send(client, bytes);
      eventually("it is in flight", () -> server.open() == 1);
      client.close();
      eventually("the server's connection is closed", () -> server.open() == 0);
    }
  }

  /** With epoll one in ten found its place taken by its own request before. */
  @Test
  void who_has_its_answer_finds_its_place_free() throws Exception {
    setup.loops = 3;
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    ScriptedServer server =
        keep(
            ScriptedServer.start(c -> {
              for (String head = c.head(); head != null; head = c.head()) {
                if (head.startsWith("GET /pieces ")) {
                  c.send(chunked + "2\r\nok\r\n");
                  c.send("0\r\n\r\n");
                } else {
                  c.send(OK);
                }
              }
            }));
    setup.server("one", server.address(), 1, 1);
    setup.poolLimits = Setup.limits(2, 0);
    start();
    for (int i = 0; i < 200; i++) {
      try (Peer whole = client().send(GET)) {
        assertThat(whole.same(OK)).isEqualTo(OK);
        assertThat(inFlight()).as("after a whole answer").isZero();
      }
      try (Peer pieces = client().send("GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n")) {
        assertThat(pieces.head()).startsWith("HTTP/1.1 200 ");
        assertThat(pieces.text(12)).isEqualTo("2\r\nok\r\n0\r\n\r\n");
        assertThat(inFlight()).as("after an answer in pieces").isZero();
      }
    }
  }

  @Test
  void a_server_takes_no_more_requests_at_a_time_than_it_may() throws Exception {
    java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
    ScriptedServer server =
        keep(
            ScriptedServer.start(c -> {
              while (c.head() != null) {
                go.await();
                c.send(OK);
              }
            }));
    setup.server("few", server.address(), 1, 2);
    setup.poolLimits = Setup.limits(2, 0);
    start();
    Peer one = client().send(GET);
    Peer two = client().send(GET);
    eventually("both are in flight", () -> inFlight() == 2);
    Peer three = client().send(GET);
    assertThat(three.message())
        .startsWith("HTTP/1.1 503 ")
        .endsWith("503 all servers are full or were tried\n");
    go.countDown();
    assertThat(one.same(OK)).isEqualTo(OK);
    assertThat(two.same(OK)).isEqualTo(OK);
    three.send(GET);
    assertThat(three.same(OK)).isEqualTo(OK);
  }

  @Test
  void a_listener_has_no_more_connections_than_it_may() throws Exception {
    setup.limits = new ListenerLimits(2, 16 * 1024, 100);
    answering(OK);
    start();
    Peer one = client().send(GET);
    Peer two = client().send(GET);
    assertThat(one.same(OK) + two.same(OK)).isEqualTo(OK + OK);
    Peer three = client().send(GET);
    for (int i = 0; i < 20; i++) {
      one.send(GET);
      assertThat(one.same(OK)).isEqualTo(OK);
      assertThat(proxy.connections()).isEqualTo(2);
    }
    two.close();
    assertThat(three.same(OK)).isEqualTo(OK);
    one.close();
    three.close();
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
  }
}
