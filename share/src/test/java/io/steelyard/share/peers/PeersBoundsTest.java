package io.steelyard.share.peers;

import static io.steelyard.share.peers.Wire.keys;
import static io.steelyard.share.peers.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What others may do to a node, with the key and without, and what it costs at most. */
@Timeout(120)
class PeersBoundsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static Socket connect(Node node) throws IOException {
    return new Socket(node.peers.address().getAddress(), node.peers.address().getPort());
  }

  @Test
  void a_peer_that_stops_reading_fills_the_queue_and_blocks_nothing() throws IOException {
    try (Node a = new Node("a", 1, 0, keys(1), Node.options(LONG));
        Node b = new Node("b", a.address());
        Stranger frozen = new Stranger(a, keys(1))) {
      b.awaitEvent("+a 1");
      ByteBuffer message = ByteBuffer.allocate(60_000);
      int sent = 0;
      while (a.peers.send(Stranger.NAME, message)) {
        sent++;
        assertThat(sent).as("more than any buffer holds").isLessThan(10_000);
      }
      Eventually.holds(
          "the kernel's buffers are full, too",
          () -> {
            LockSupport.parkNanos(20_000_000);
            return !a.peers.send(Stranger.NAME, message);
          });
      assertThat(a.peers.counters().messagesDropped()).isPositive();
      assertThat(a.say("b", "goes on")).isTrue();
      b.awaitEvent("a: goes on");
      assertThat(a.linked()).containsExactly("b", Stranger.NAME);
      frozen.hangUp();
      a.awaitEvent("-" + Stranger.NAME);
    }
  }

  @Test
  void a_listener_that_does_not_return_holds_up_only_its_own_link() throws IOException {
    CountDownLatch released = new CountDownLatch(1);
    Peers.Listener stuck =
        new Peers.Listener() {
          @Override
          public void connected(String node, long incarnation) {}

          @Override
          public void disconnected(String node) {}

          @Override
          public void received(String node, ByteBuffer message) {
            if (node.equals("a")) {
              Eventually.holds("the test is over", () -> released.getCount() == 0);
            }
          }
        };
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Node a = new Node("a");
        Node b = new Node("b");
        Peers c =
            Peers.start(
                "c", 1, any, List.of(a.address(), b.address()), keys(1), Node.QUICK, stuck)) {
      a.awaitLinks("c");
      b.awaitLinks("c");
      ByteBuffer message = ByteBuffer.allocate(60_000);
      Eventually.holds("there is no more room", () -> !a.peers.send("c", message));
      Eventually.holds("there is a link", () -> c.send("b", ByteBuffer.wrap(text("hello"))));
      b.awaitEvent("c: hello");
      released.countDown();
    }
  }

  @Test
  void a_silent_peer_is_cut() throws IOException {
    try (Node a = new Node("a", 1, 0, keys(1), Node.options(Duration.ofMillis(300)));
        Node b = new Node("b", 1, 0, keys(1), Node.options(Duration.ofMillis(300)), a.address());
        Stranger silent = new Stranger(a, keys(1))) {
      b.awaitLinks("a");
      a.awaitEvent("-" + Stranger.NAME);
      assertThatIOException()
          .isThrownBy(() -> {
            while (true) {
              silent.channel.receive();
            }
          });
      // An idle one that keeps saying so stays.
      assertThat(a.linked()).containsExactly("b");
      assertThat(a.events).doesNotContain("-b");
    }
  }

  @Test
  void a_peer_with_the_key_that_talks_nonsense_is_cut() throws IOException {
    byte[][] nonsense = {{0}, {0, 0, 0, 1}, {-1, -1, -1, -1, 0}, {0, 0, 0, 2, 7}};
    try (Node a = new Node("a")) {
      for (byte[] frame : nonsense) {
        try (Stranger stranger = new Stranger(a, keys(1))) {
          stranger.channel.send(ByteBuffer.wrap(frame));
          a.awaitEvent("-" + Stranger.NAME);
          a.awaitLinks();
        }
        a.events.clear();
      }
    }
  }

  @Test
  void a_node_with_another_key_neither_joins_nor_hears_nor_says_anything() throws IOException {
    try (Node a = new Node("a");
        Node b = new Node("b", a.address());
        Node spy = new Node("spy", 9, 0, keys(2), Node.QUICK, a.address(), b.address())) {
      b.awaitEvent("+a 1");
      a.awaitEvent("+b 1");
      Eventually.holds(
          "it has tried again and again", () -> spy.peers.counters().handshakesRefused() > 4);
      Eventually.holds("a has counted", () -> a.peers.counters().handshakesRefused() > 1);
      assertThat(a.say("b", "between us")).isTrue();
      b.awaitEvent("a: between us");
      assertThat(spy.say("a", "let me in")).isFalse();
      assertThat(spy.events).isEmpty();
      assertThat(a.events).containsExactly("+b 1");
    }
  }

  @Test
  void handshakes_that_stall_do_not_keep_others_out() throws IOException {
    PeersOptions few = Node.options(LONG, 64, 8);
    List<Socket> stalled = new ArrayList<>();
    try (Node a = new Node("a", 1, 0, keys(1), few)) {
      for (int i = 0; i < 100; i++) {
        Socket socket = connect(a);
        socket.getOutputStream().write(text("STLY"));
        stalled.add(socket);
      }
      Eventually.holds("some are refused", () -> a.peers.counters().handshakesRefused() >= 92);
      try (Node b = new Node("b", a.address())) {
        b.awaitEvent("+a 1");
        assertThat(b.say("a", "through")).isTrue();
        a.awaitEvent("b: through");
      }
      Eventually.holds("all are", () -> a.peers.counters().handshakesRefused() == 100);
      for (Socket socket : stalled) {
        assertThat(bytesUntilClosed(socket)).isZero();
      }
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  private static long bytesUntilClosed(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      return in.readAllBytes().length;
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void there_are_no_more_links_than_allowed_and_a_free_place_is_taken() throws IOException {
    try (Node a = new Node("a", 1, 0, keys(1), Node.options(LONG, 2, 64));
        Node z = new Node("z", 1, 0, keys(1), Node.options(LONG, 2, 64));
        Node c = new Node("c", a.address(), z.address())) {
      c.awaitLinks("a", "z");
      a.awaitLinks("c");
      z.awaitLinks("c");
      try (Node b = new Node("b", a.address(), z.address())) {
        a.awaitLinks("b", "c");
        z.awaitLinks("b", "c");
        try (Node d = new Node("d", a.address(), z.address())) {
          Eventually.holds("d is refused", () -> d.peers.counters().handshakesRefused() > 4);
          assertThat(a.linked()).containsExactly("b", "c");
          assertThat(z.linked()).containsExactly("b", "c");
          assertThat(d.events).isEmpty();
          b.stop();
          d.awaitLinks("a", "z");
          a.awaitLinks("c", "d");
        }
      }
      assertThat(a.events).contains("+b 1", "-b").doesNotContain("-c");
    }
  }

  @Test
  void garbage_on_the_port_disturbs_nobody() throws IOException {
    try (Node a = new Node("a");
        Node b = new Node("b", a.address())) {
      b.awaitEvent("+a 1");
      for (int seed = 0; seed < 200; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[1 + random.nextInt(2000)];
        random.nextBytes(bytes);
        if (seed % 3 == 0) {
          ByteBuffer.wrap(bytes).put(text("S"));
        }
        try (Socket socket = connect(a)) {
          socket.getOutputStream().write(bytes);
          socket.shutdownOutput();
          assertThat(bytesUntilClosed(socket)).as("seed %s", seed).isZero();
        } catch (IOException e) {
          // It was faster in closing than this was in writing.
        }
      }
      Eventually.holds("all are counted", () -> a.peers.counters().handshakesRefused() == 200);
      assertThat(b.say("a", "still here")).isTrue();
      a.awaitEvent("b: still here");
      assertThat(a.events).doesNotContain("-b");
    }
  }

  @Test
  void a_hundred_megabytes_arrive_in_order() throws IOException {
    AtomicLong received = new AtomicLong();
    AtomicLong bytes = new AtomicLong();
    AtomicLong wrong = new AtomicLong();
    Peers.Listener counting =
        new Peers.Listener() {
          @Override
          public void connected(String node, long incarnation) {}

          @Override
          public void disconnected(String node) {}

          @Override
          public void received(String node, ByteBuffer message) {
            bytes.addAndGet(message.remaining());
            if (message.getLong() != received.getAndIncrement()) {
              wrong.incrementAndGet();
            }
          }
        };
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Node a = new Node("a");
        Peers b = Peers.start("b", 1, any, List.of(a.address()), keys(1), Node.QUICK, counting)) {
      a.awaitLinks("b");
      Eventually.holds("b is linked, too", () -> b.links().size() == 1);
      SplittableRandom random = new SplittableRandom(1);
      byte[] message = new byte[Peers.MESSAGE_BYTES_MAX];
      long startNs = System.nanoTime();
      long sentBytes = 0;
      long sent = 0;
      while (sentBytes < 100_000_000) {
        int length = 8 + random.nextInt(sent % 100 == 0 ? message.length - 8 : 3000);
        ByteBuffer next = ByteBuffer.wrap(message, 0, length).putLong(0, sent);
        while (!a.peers.send("b", next)) {
          assertThat(a.linked()).containsExactly("b");
          LockSupport.parkNanos(100_000);
        }
        sentBytes += length;
        sent++;
      }
      long expected = sentBytes;
      Eventually.holds("all is there", () -> bytes.get() == expected);
      long tookNs = System.nanoTime() - startNs;
      assertThat(received.get()).isEqualTo(sent);
      assertThat(wrong.get()).isZero();
      System.out.println("peers: " + bytes.get() * 1000 / tookNs + " MB/s, " + sent + " messages");
    }
  }
}
