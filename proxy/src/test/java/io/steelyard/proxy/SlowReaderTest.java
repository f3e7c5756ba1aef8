package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Peers that read late, slowly or not at all, beside the time-outs and the end. */
final class SlowReaderTest extends ProxyTest {
  private static final int CLIENTS = 50;
  private static final int CHUNK = 4000;

  /** Some fit into the kernel's buffers, some are queued, some are still at the server. */
  private static int size(int i) {
    return 50_000 + i * 70_000;
  }

  @Test
  void a_long_body_to_a_slow_but_steady_reader_is_not_cut_by_the_response_time_out()
      throws Exception {
    setup.poolTimeouts =
        PoolTimeouts.DEFAULT.with(
            Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(5));
    int bytes = 32_000_000;
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
      Bulk.send(c, bytes);
      c.rest();
    });
    start();
    Peer slow = keep(Peer.connect(proxy.address("web"), 65_536)).send(GET);
    slow.head();
    int total = 0;
    long begin = System.nanoTime();
    for (long now = begin; now - begin < 4_000_000_000L; now = System.nanoTime()) {
      // A megabyte a second.
      if (total < (now - begin) / 1000) {
        byte[] piece = slow.bytes(20_000);
        assertThat(piece).hasSize(20_000);
        total += piece.length;
      } else {
        LockSupport.parkNanos(1_000_000);
      }
    }
    assertThat(slow.bytes(bytes - total)).hasSize(bytes - total);
    assertThat(inFlight()).isZero();
  }

  /**
   * Asks for a response of each size, for readers with small windows, with time-outs of a second.
   */
  private Map<Integer, Peer> askForEachSize() throws Exception {
    Duration s = Duration.ofSeconds(1);
    setup.timeouts = new ListenerTimeouts(s, s, s, s);
    server(c -> {
      int bytes = Integer.parseInt(c.head().split(" ", 3)[1].substring(1));
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
      try {
        Bulk.sendChunked(c, bytes, CHUNK);
      } catch (IOException expected) {
        // The client was given up.
      }
    });
    start();
    Map<Integer, Peer> clients = new TreeMap<>();
    for (int i = 0; i < CLIENTS; i++) {
      Peer client = keep(Peer.connect(proxy.address("web"), 4096));
      client.send("GET /" + size(i) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      clients.put(size(i), client);
    }
    return clients;
  }

  @Test
  void the_end_of_a_response_reaches_a_slow_but_steady_reader() throws Exception {
    List<FutureTask<Void>> readers = new ArrayList<>();
    for (Map.Entry<Integer, Peer> e : askForEachSize().entrySet()) {
      readers.add(
          Bulk.aside(() -> {
            e.getValue().head();
            long pauseNs = 4_000_000_000L / (e.getKey() / CHUNK);
            Bulk.expectChunked(
                e.getValue(), e.getKey(), CHUNK, () -> LockSupport.parkNanos(pauseNs));
            assertThat(e.getValue().rest()).isEmpty();
            return null;
          }));
    }
    for (FutureTask<Void> reader : readers) {
      reader.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_response_that_a_stuck_reader_does_not_get_whole_ends_with_a_reset() throws Exception {
    Map<Integer, Peer> clients = askForEachSize();
    eventually("all are given up", () -> proxy.connections() == 0);
    for (Peer client : clients.values()) {
      String all = client.rest();
      assertThat(all.endsWith("\r\n0\r\n\r\n") || all.endsWith("<reset>"))
          .as("after " + all.length() + " bytes: whole, or told that it is not")
          .isTrue();
    }
  }

  @Test
  void draining_waits_until_what_is_queued_for_slow_readers_is_out() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    server(c -> {
      int bytes = Integer.parseInt(c.head().split(" ", 3)[1].substring(1));
      asked.incrementAndGet();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
      Bulk.sendChunked(c, bytes, CHUNK);
    });
    start();
    Map<Integer, Peer> slow = new TreeMap<>();
    for (int i = 0; i < CLIENTS; i++) {
      Peer client = keep(Peer.connect(proxy.address("web"), 4096));
      client.send("GET /" + size(i) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      slow.put(size(i), client);
    }
    eventually("all are asked for", () -> asked.get() == CLIENTS);
    settles();
    FutureTask<Void> drained =
        Bulk.aside(() -> {
          assertThat(proxy.drainAll(Duration.ofSeconds(20))).isTrue();
          proxy.close();
          return null;
        });
    for (Map.Entry<Integer, Peer> e : slow.entrySet()) {
      assertThat(e.getValue().head()).startsWith("HTTP/1.1 200 OK");
      Bulk.expectChunked(e.getValue(), e.getKey(), CHUNK);
      assertThat(e.getValue().rest()).isEmpty();
    }
    drained.get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_tunnel_that_both_ended_while_one_does_not_read_ends_within_its_time_out()
      throws Exception {
    setup.protocol = Protocol.TCP;
    Duration s = Duration.ofSeconds(1);
    setup.timeouts = new ListenerTimeouts(s, s, s, s);
    AtomicInteger played = new AtomicInteger();
    server(c -> {
      int n = Integer.parseInt(c.rest());
      try {
        Bulk.send(c, size(n));
      } catch (IOException expected) {
        // The time-out came first.
      }
      played.incrementAndGet();
    });
    start();
    for (int i = 0; i < CLIENTS; i++) {
      keep(Peer.connect(proxy.address("web"), 4096)).send(Integer.toString(i)).shutdownOutput();
    }
    eventually("all have ended", () -> played.get() == CLIENTS);
    eventually("the tunnels are gone", () -> proxy.connections() == 0);
    eventually("their sockets are closed", () -> open() == 0);
    assertThat(metric("steelyard_buffers_in_use")).isZero();
    assertThat(inFlight()).isZero();
  }

  private long open() {
    return proxy.proxyLoops().getFirst().loop().counters().connectionsOpen();
  }

  /** Waits until nothing moves any more: all that is still to come waits for a reader. */
  private void settles() throws Exception {
    double before;
    int calm = 0;
    do {
      before = wakeUps();
      LockSupport.parkNanos(20_000_000);
      calm = wakeUps() - before < 5 ? calm + 1 : 0;
    } while (calm < 10);
  }

  private double wakeUps() {
    return proxy.proxyLoops().getFirst().loop().counters().wakeUps();
  }
}
