package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that go from one connection to another inside the kernel. */
final class TransferTest extends TransportTest {
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
              throw new UncheckedIOException(e);
            }
          });
      eventually("the first client is accepted", () -> clients.size() == 1);
      try (Socket to = connect(at)) {
        InputStream in = to.getInputStream();
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOf(all, first));
      }
      writer.join();
      assertThat(behind.get(5, TimeUnit.SECONDS))
          .isEqualTo(Arrays.copyOfRange(all, first, all.length));
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
      eventually("the first client is accepted", () -> clients.size() == 1);
      try (Socket to = connect(at)) {
        from.getOutputStream().write(new byte[500_000]);
        to.setSoLinger(true, 0);
        eventually("something moves", () -> moved.get() > 0);
      }
      // The target is gone: writing to it breaks, and both sides are closed.
      assertThat(from.getInputStream().read()).isIn(-1);
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    onLoop(() -> clients.forEach(Connection::close));
  }
}
