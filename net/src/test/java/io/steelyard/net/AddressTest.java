package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where one can listen, and whom one can connect to. */
final class AddressTest extends TransportTest {
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
  void an_address_in_use_is_refused_with_a_clear_message(Transport transport) throws Exception {
    start(transport);
    InetSocketAddress at = listen(each(Echo::new));
    assertThatThrownBy(() -> ListenSocket.open(at, 1, true))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on 127.0.0.1:" + at.getPort() + ": address already in use");
  }
}
