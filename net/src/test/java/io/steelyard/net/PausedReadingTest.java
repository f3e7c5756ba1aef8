package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What connections hold whose owner pauses after every buffer, while their peers go on sending. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PausedReadingTest {
  private static final int CONNECTIONS = 50;
  private static final int BYTES = 1_000_000;

  /** Drops what comes and pauses. */
  private static final class PausesEachTime implements ConnectionHandler {
    private final Connection c;
    private final AtomicInteger received;

    PausesEachTime(Connection c, AtomicInteger received) {
      this.c = c;
      this.received = received;
    }

    @Override
    public void connected() {}

    @Override
    public void received(Buffer bytes) {
      received.incrementAndGet();
      bytes.release();
      c.pauseReading();
    }

    @Override
    public void inputClosed() {
      c.close();
    }

    @Override
    public void drained() {}

    @Override
    public void failed(int errno) {}
  }

  private static void onLoop(Loop loop, Runnable task) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> {
      task.run();
      done.countDown();
    });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void paused_connections_hold_few_buffers(Transport transport) throws Exception {
    Loop loop = Loop.start(transport, new LoopOptions(0, 8192, false));
    ListenSocket listening =
        ListenSocket.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, true);
    List<Connection> paused = new ArrayList<>();
    AtomicInteger received = new AtomicInteger();
    Acceptor acceptor =
        new Acceptor() {
          @Override
          public ConnectionHandler accepted(Connection connection) {
            paused.add(connection);
            return new PausesEachTime(connection, received);
          }

          @Override
          public void acceptFailed(int listenFd, int errno) {
            throw new AssertionError(Errno.text(errno));
          }
        };
    onLoop(loop, () -> loop.listen(listening.fd(0), acceptor));
    List<Socket> peers = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket s = new Socket();
        s.connect(listening.address());
        peers.add(s);
        Thread.startVirtualThread(() -> {
          try {
            s.getOutputStream().write(new byte[BYTES]);
          } catch (IOException closedAtTheEnd) {
            // It has not to take it all.
          }
        });
      }
      for (int round = 1; round <= 6; round++) {
        int least = round * CONNECTIONS;
        for (int turns = 0; turns < 200 || received.get() < least; turns++) {
          onLoop(loop, () -> {});
          assertThat(loop.counters().buffersInUse())
              .as("buffers in use")
              .isLessThan(CONNECTIONS * 6);
        }
        onLoop(loop, () -> paused.forEach(Connection::resumeReading));
      }
      assertThat(loop.counters().buffersExhausted()).isZero();
      onLoop(loop, () -> paused.forEach(Connection::close));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (loop.counters().connectionsOpen() > 0 || loop.counters().buffersInUse() > 0) {
        assertThat(System.nanoTime()).as("in time: nothing is left").isLessThan(deadline);
        onLoop(loop, () -> {});
      }
    } finally {
      for (Socket s : peers) {
        s.close();
      }
      loop.close();
      listening.close();
    }
  }
}
