package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes through one accepted connection, both ways, until either end ends it. */
final class ConnectionTest extends TransportTest {
  @ParameterizedTest
  @EnumSource
  void what_is_sent_comes_back_and_then_the_end(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    try (Socket s = connect(at)) {
      for (int i = 1; i < 200; i++) {
        byte[] b = randomBytes(i * 17, i);
        s.getOutputStream().write(b);
        assertThat(s.getInputStream().readNBytes(b.length)).isEqualTo(b);
      }
      s.shutdownOutput();
      assertThat(s.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void megabytes_come_back_in_order_while_the_client_reads_late(Transport transport)
      throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    byte[] all = randomBytes(8 << 20, 1);
    try (Socket s = connect(at)) {
      assertThat(sentAndReadBack(s, all)).isEqualTo(all);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_does_not_read_is_bounded_in_memory(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    try (SocketChannel s = SocketChannel.open(at)) {
      s.configureBlocking(false);
      ByteBuffer b = ByteBuffer.allocate(64 * 1024);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      int refusals = 0;
      // Both kernels' buffers fill up, then nothing more is taken.
      while (refusals < 1000 && System.nanoTime() < deadline) {
        b.clear();
        refusals = s.write(b) == 0 ? refusals + 1 : 0;
        onLoop(() -> {});
      }
      assertThat(refusals).isEqualTo(1000);
      assertThat(loop.counters().buffersInUse()).isBetween(1L, 64L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void one_side_may_end_while_the_other_goes_on(Transport transport) throws Exception {
    start(transport);
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    InetSocketAddress at =
        listen(
            each(c ->
                new Quiet(c) {
                  @Override
                  public void received(Buffer bytes) {
                    said.add("received " + bytes.size());
                    bytes.release();
                    c.shutdownOutput();
                  }

                  @Override
                  public void inputClosed() {
                    said.add("end");
                    c.close();
                  }
                }));
    try (Socket s = connect(at)) {
      s.getOutputStream().write(new byte[3]);
      assertThat(s.getInputStream().read()).isEqualTo(-1);
      assertThat(said.poll(5, TimeUnit.SECONDS)).isEqualTo("received 3");
      s.getOutputStream().write(new byte[4]);
      assertThat(said.poll(5, TimeUnit.SECONDS)).isEqualTo("received 4");
      s.shutdownOutput();
      assertThat(said.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_paused_connection_is_told_nothing_until_it_is_resumed(Transport transport)
      throws Exception {
    start(transport);
    CompletableFuture<Connection> accepted = new CompletableFuture<>();
    BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    CountDownLatch ended = new CountDownLatch(1);
    InetSocketAddress at =
        listen(
            each(c ->
                new Quiet(c) {
                  @Override
                  public void received(Buffer bytes) {
                    sizes.add(bytes.size());
                    bytes.release();
                    c.pauseReading();
                    accepted.complete(c);
                  }

                  @Override
                  public void inputClosed() {
                    ended.countDown();
                    c.close();
                  }
                }));
    try (Socket s = connect(at)) {
      s.getOutputStream().write(new byte[10]);
      Connection c = accepted.get(5, TimeUnit.SECONDS);
      s.getOutputStream().write(new byte[20]);
      s.shutdownOutput();
      for (int i = 0; i < 100; i++) {
        onLoop(() -> {});
      }
      assertThat(sizes.poll()).isEqualTo(10);
      assertThat(sizes.poll()).isNull();
      assertThat(ended.getCount()).isEqualTo(1);
      onLoop(c::resumeReading);
      assertThat(sizes.poll(5, TimeUnit.SECONDS)).isEqualTo(20);
      onLoop(c::resumeReading);
      assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_reset_by_the_peer_is_told_as_a_failure(Transport transport) throws Exception {
    start(transport);
    CompletableFuture<Integer> failure = new CompletableFuture<>();
    CountDownLatch got = new CountDownLatch(1);
    InetSocketAddress at =
        listen(
            each(c ->
                new Quiet(c) {
                  @Override
                  public void received(Buffer bytes) {
                    super.received(bytes);
                    got.countDown();
                  }

                  @Override
                  public void failed(int errno) {
                    failure.complete(errno);
                  }
                }));
    try (Socket s = connect(at)) {
      s.getOutputStream().write(1);
      assertThat(got.await(5, TimeUnit.SECONDS)).isTrue();
      s.setSoLinger(true, 0);
    }
    assertThat(failure.get(5, TimeUnit.SECONDS)).isEqualTo(Errno.ECONNRESET);
  }

  @ParameterizedTest
  @EnumSource
  void hundreds_of_connections_come_and_go(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    for (int round = 0; round < 5; round++) {
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        open.add(connect(at));
      }
      for (Socket s : open) {
        s.getOutputStream().write(5);
        assertThat(s.getInputStream().read()).isEqualTo(5);
      }
      for (Socket s : open) {
        s.close();
      }
    }
    assertThat(loop.counters().accepted()).isEqualTo(1000);
  }
}
