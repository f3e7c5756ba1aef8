package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** The same for every transport: what a loop promises, seen from ordinary blocking sockets. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TransportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  Loop loop;
  private ListenSocket listening;

  final void start(Transport transport) throws IOException {
    start(transport, 1024);
  }

  final void start(Transport transport, int buffers) throws IOException {
    loop = Loop.start(transport, new LoopOptions(0, buffers, false));
  }

  @AfterEach
  final void nothing_is_leaked() throws InterruptedException {
    if (loop == null) {
      return;
    }
    onLoop(() -> {});
    eventually("no connection stays open", () -> loop.counters().connectionsOpen() == 0);
    eventually("no buffer is leaked", () -> loop.counters().buffersInUse() == 0);
    loop.close();
    if (listening != null) {
      listening.close();
    }
    assertThat(loop.counters().failedTasks()).isZero();
  }

  /** What the loop's thread has written before each look is seen. */
  final void eventually(String what, BooleanSupplier condition) {
    Eventually.within(
        PATIENCE,
        what,
        () -> {
          onLoop(() -> {});
          return condition.getAsBoolean();
        });
  }

  final void onLoop(Runnable task) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> {
      task.run();
      done.countDown();
    });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  final InetSocketAddress listen(Acceptor acceptor) throws Exception {
    return listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), acceptor);
  }

  final InetSocketAddress listen(SocketAddress at, Acceptor acceptor) throws Exception {
    listening = ListenSocket.open(at, 1, true);
    onLoop(() -> loop.listen(listening.fds(0)[0], acceptor));
    return listening.address() instanceof InetSocketAddress inet ? inet : null;
  }

  /** Accepts with a handler that is made for each connection. */
  static Acceptor each(Function<Connection, ConnectionHandler> maker) {
    return new Acceptor() {
      @Override
      public ConnectionHandler accepted(Connection connection) {
        return maker.apply(connection);
      }

      @Override
      public void acceptFailed(int listenFd, int errno) {
        throw new AssertionError(Errno.text(errno));
      }
    };
  }

  static class Quiet implements ConnectionHandler {
    final Connection c;

    Quiet(Connection c) {
      this.c = c;
    }

    @Override
    public void connected() {}

    @Override
    public void received(Buffer bytes) {
      bytes.release();
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

  /** Sends back what it gets, with back-pressure. */
  static final class Echo extends Quiet {
    Echo(Connection c) {
      super(c);
    }

    @Override
    public void received(Buffer bytes) {
      c.send(bytes);
      if (c.congested()) {
        c.pauseReading();
      }
    }

    @Override
    public void drained() {
      c.resumeReading();
    }

    @Override
    public void inputClosed() {
      c.closeAfterSend();
    }
  }

  static Socket connect(InetSocketAddress to) throws IOException {
    Socket s = new Socket();
    s.setSoTimeout(20_000);
    s.connect(to);
    return s;
  }

  /** What comes back until the end, while all of it is sent by another thread. */
  static byte[] sentAndReadBack(Socket s, byte[] all) throws IOException, InterruptedException {
    Thread writer =
        Thread.startVirtualThread(() -> {
          try {
            s.getOutputStream().write(all);
            s.shutdownOutput();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    byte[] back = s.getInputStream().readAllBytes();
    writer.join();
    return back;
  }

  static byte[] randomBytes(int n, long seed) {
    byte[] b = new byte[n];
    new Random(seed).nextBytes(b);
    return b;
  }
}
