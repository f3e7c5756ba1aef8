package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same for every transport: what a loop promises, seen from ordinary blocking sockets. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoopTest {
  private Loop loop;
  private ListenSocket listening;

  private void start(Transport transport) throws IOException {
    loop = Loop.start(transport, new LoopOptions(0, 1024, false));
  }

  @AfterEach
  void nothing_is_leaked() throws InterruptedException {
    if (loop == null) {
      return;
    }
    onLoop(() -> {});
    eventually(() -> loop.counters().connectionsOpen() == 0, "connections stay open");
    eventually(() -> loop.counters().buffersInUse() == 0, "buffers are leaked");
    loop.close();
    if (listening != null) {
      listening.close();
    }
    assertThat(loop.counters().failedTasks()).isZero();
  }

  private interface Condition {
    boolean holds();
  }

  private void eventually(Condition condition, String otherwise) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
      onLoop(() -> {});
    }
  }

  private void onLoop(Runnable task) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> {
      task.run();
      done.countDown();
    });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private InetSocketAddress listen(Acceptor acceptor) throws Exception {
    return listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), acceptor);
  }

  private InetSocketAddress listen(SocketAddress at, Acceptor acceptor) throws Exception {
    listening = ListenSocket.open(at, 1, true);
    onLoop(() -> loop.listen(listening.fd(0), acceptor));
    return listening.address() instanceof InetSocketAddress inet ? inet : null;
  }

  /** Accepts with a handler that is made for each connection. */
  private static Acceptor each(java.util.function.Function<Connection, ConnectionHandler> maker) {
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

  private static class Quiet implements ConnectionHandler {
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
  private static final class Echo extends Quiet {
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

  private static Socket connect(InetSocketAddress to) throws IOException {
    Socket s = new Socket();
    s.setSoTimeout(20_000);
    s.connect(to);
    return s;
  }

  private static byte[] randomBytes(int n, long seed) {
    byte[] b = new byte[n];
    new Random(seed).nextBytes(b);
    return b;
  }

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
      Thread writer =
          Thread.startVirtualThread(() -> {
            try {
              s.getOutputStream().write(all);
              s.shutdownOutput();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      byte[] back = s.getInputStream().readAllBytes();
      writer.join();
      assertThat(back).isEqualTo(all);
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
  void connecting_to_nobody_fails_with_the_reason(Transport transport) throws Exception {
    start(transport);
    ListenSocket free =
        ListenSocket.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, true);
    SocketAddress nobody = free.address();
    free.close();
    CompletableFuture<Integer> failure = new CompletableFuture<>();
    onLoop(() ->
        loop.connect(
            Sockaddr.of(nobody),
            new Quiet(null) {
              @Override
              public void failed(int errno) {
                failure.complete(errno);
              }
            }));
    assertThat(failure.get(5, TimeUnit.SECONDS)).isEqualTo(Errno.ECONNREFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void what_is_sent_before_the_connection_stands_arrives(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    CompletableFuture<Integer> back = new CompletableFuture<>();
    onLoop(() -> {
      Connection[] out = new Connection[1];
      out[0] =
          loop.connect(
              Sockaddr.of(at),
              new Quiet(null) {
                @Override
                public void received(Buffer bytes) {
                  back.complete((int) bytes.at(bytes.from()));
                  bytes.release();
                  out[0].close();
                }
              });
      Buffer b = loop.takeBuffer();
      b.copyFrom(new byte[] {42}, 0, b.from(), 1);
      out[0].send(b.range(b.from(), b.from() + 1));
    });
    assertThat(back.get(5, TimeUnit.SECONDS)).isEqualTo(42);
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
  void ipv6_and_a_dual_stack_wildcard_are_served(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at =
        listen(
            new InetSocketAddress(InetAddress.ofLiteral("::"), 0),
            each(c -> {
              InetSocketAddress remote = (InetSocketAddress) c.remoteAddress();
              assertThat(remote.getAddress().isLoopbackAddress()).isTrue();
              return new Echo(c);
            }));
    for (String host : List.of("127.0.0.1", "::1")) {
      try (Socket s = connect(new InetSocketAddress(host, at.getPort()))) {
        s.getOutputStream().write(7);
        assertThat(s.getInputStream().read()).isEqualTo(7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void unix_sockets_are_served_and_connected_to(Transport transport, @TempDir Path dir)
      throws Exception {
    start(transport);
    UnixDomainSocketAddress at = UnixDomainSocketAddress.of(dir.resolve("s"));
    listen(at, each(Echo::new));
    try (SocketChannel s = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      s.connect(at);
      s.write(ByteBuffer.wrap(new byte[] {9}));
      ByteBuffer b = ByteBuffer.allocate(1);
      s.read(b);
      assertThat(b.get(0)).isEqualTo((byte) 9);
    }
    CompletableFuture<Boolean> connected = new CompletableFuture<>();
    onLoop(() -> {
      Connection[] out = new Connection[1];
      out[0] =
          loop.connect(
              Sockaddr.of(at),
              new Quiet(null) {
                @Override
                public void connected() {
                  connected.complete(true);
                  out[0].close();
                }
              });
    });
    assertThat(connected.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void a_transfer_moves_exactly_the_bytes_asked_for_and_reading_goes_on(Transport transport)
      throws Exception {
    start(transport);
    int first = 3_000_000;
    byte[] all = randomBytes(first + 1000, 3);
    CompletableFuture<byte[]> behind = new CompletableFuture<>();
    AtomicInteger moved = new AtomicInteger();
    List<Connection> clients = new ArrayList<>();
    byte[] rest = new byte[1000];
    int[] have = new int[1];
    Acceptor acceptor =
        each(c -> {
          clients.add(c);
          if (clients.size() == 2) {
            Connection source = clients.get(0);
            source.resumeReading();
            source.transferTo(
                c,
                first,
                false,
                new TransferHandler() {
                  @Override
                  public void transferred(long bytes) {
                    moved.addAndGet((int) bytes);
                  }

                  @Override
                  public void transferEnded(long left) {
                    assertThat(left).isZero();
                    c.closeAfterSend();
                  }
                });
          } else {
            c.pauseReading();
          }
          return new Quiet(c) {
            @Override
            public void received(Buffer bytes) {
              bytes.copyTo(bytes.from(), rest, have[0], bytes.size());
              have[0] += bytes.size();
              bytes.release();
              if (have[0] == rest.length) {
                behind.complete(rest);
                c.close();
              }
            }
          };
        });
    InetSocketAddress at = listen(acceptor);
    try (Socket from = connect(at)) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            try {
              from.getOutputStream().write(all);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      eventually(() -> clients.size() == 1, "the first client is not accepted");
      try (Socket to = connect(at)) {
        InputStream in = to.getInputStream();
        assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOf(all, first));
      }
      writer.join();
      assertThat(behind.get(5, TimeUnit.SECONDS))
          .isEqualTo(java.util.Arrays.copyOfRange(all, first, all.length));
      assertThat(moved.get()).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closing_in_the_middle_of_a_transfer_leaves_nothing_behind(Transport transport)
      throws Exception {
    start(transport);
    List<Connection> clients = new ArrayList<>();
    AtomicInteger moved = new AtomicInteger();
    InetSocketAddress at =
        listen(
            each(c -> {
              clients.add(c);
              if (clients.size() == 2) {
                clients
                    .get(0)
                    .transferTo(
                        c,
                        Long.MAX_VALUE,
                        false,
                        new TransferHandler() {
                          @Override
                          public void transferred(long bytes) {
                            moved.addAndGet((int) bytes);
                          }

                          @Override
                          public void transferEnded(long left) {}
                        });
              }
              return new Quiet(c) {
                // Whoever asks first is told of the reset; the others see an end.
                @Override
                public void inputClosed() {
                  clients.forEach(Connection::close);
                }

                @Override
                public void failed(int errno) {
                  clients.forEach(Connection::close);
                }
              };
            }));
    try (Socket from = connect(at)) {
      eventually(() -> clients.size() == 1, "the first client is not accepted");
      try (Socket to = connect(at)) {
        from.getOutputStream().write(new byte[500_000]);
        to.setSoLinger(true, 0);
        eventually(() -> moved.get() > 0, "nothing moves");
      }
      // The target is gone: writing to it breaks, and both sides are closed.
      assertThat(from.getInputStream().read()).isIn(-1);
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    onLoop(() -> clients.forEach(Connection::close));
  }

  @ParameterizedTest
  @EnumSource
  void timers_fire_after_their_deadline_and_tasks_wake_the_loop(Transport transport)
      throws Exception {
    start(transport);
    CompletableFuture<Long> lateNs = new CompletableFuture<>();
    onLoop(() -> {
      long deadline = System.nanoTime() + 50_000_000;
      loop.schedule(
          new Timer() {
            @Override
            protected void expired(long nowNs) {
              lateNs.complete(nowNs - deadline);
            }
          },
          deadline);
    });
    assertThat(lateNs.get(5, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(0);
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

  @ParameterizedTest
  @EnumSource
  void an_address_in_use_is_refused_with_a_clear_message(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> ListenSocket.open(at, 1, true))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on 127.0.0.1:" + at.getPort() + ": address already in use");
  }

  /** The 41st field is the policy (proc_pid_stat(5)). */
  private static int schedulingPolicy(Transport transport, boolean oneOfSeveral) throws Exception {
    Loop one = Loop.start(transport, new LoopOptions(0, 64, oneOfSeveral));
    CompletableFuture<String> stat = new CompletableFuture<>();
    one.execute(() -> {
      try {
        stat.complete(java.nio.file.Files.readString(Path.of("/proc/thread-self/stat")));
      } catch (IOException e) {
        stat.completeExceptionally(e);
      }
    });
    String line = stat.get(10, TimeUnit.SECONDS);
    one.close();
    return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[38]);
  }

  @ParameterizedTest
  @EnumSource
  void one_loop_of_several_does_not_interrupt_who_runs_when_it_wakes_up(Transport transport)
      throws Exception {
    int batch = 3;
    assertThat(schedulingPolicy(transport, true)).isEqualTo(batch);
    assertThat(schedulingPolicy(transport, false)).isZero();
  }
}
