package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors that go from one process to another: here both ends are in the same one. */
class DescriptorSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path dir;

  private final Libc libc = new Libc();

  /** Uses both ends of a connection. */
  private interface Ends {
    void use(DescriptorSocket one, DescriptorSocket other) throws Exception;
  }

  private void connected(Ends ends) throws Exception {
    Path path = dir.resolve("s");
    try (DescriptorSocket.Listening listening = DescriptorSocket.Listening.at(path);
        DescriptorSocket one = DescriptorSocket.connect(path, PATIENCE).orElseThrow();
        DescriptorSocket other = listening.accept(PATIENCE, PATIENCE).orElseThrow()) {
      ends.use(one, other);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void messages_keep_their_bounds_and_carry_descriptors() throws Exception {
    int event = libc.eventfd(0, 0);
    connected((one, other) -> {
      one.send(bytes("first"), event, event, event);
      one.send(bytes("second"));
      DescriptorSocket.Message first = other.receive().orElseThrow();
      assertThat(first.bytes()).isEqualTo(ByteBuffer.wrap(bytes("first")));
      assertThat(first.descriptors()).hasSize(3).doesNotContain(event).doesNotHaveDuplicates();
      assertThat(other.receive().orElseThrow().descriptors()).isEmpty();
      first.descriptors().forEach(Descriptors::close);
    });
    libc.close(event);
  }

  @Test
  void as_many_descriptors_as_are_permitted_go_with_the_longest_message() throws Exception {
    int event = libc.eventfd(0, 0);
    int[] many = IntStream.generate(() -> event).limit(DescriptorSocket.DESCRIPTORS_MAX).toArray();
    connected((one, other) -> {
      one.send(new byte[DescriptorSocket.BYTES_MAX], many);
      DescriptorSocket.Message message = other.receive().orElseThrow();
      assertThat(message.bytes().remaining()).isEqualTo(DescriptorSocket.BYTES_MAX);
      assertThat(message.descriptors()).hasSize(many.length);
      message.descriptors().forEach(Descriptors::close);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> one.send(new byte[DescriptorSocket.BYTES_MAX + 1]));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> one.send(new byte[1], new int[many.length + 1]));
    });
    libc.close(event);
  }

  @Test
  void the_end_of_the_other_side_is_seen_and_silence_has_a_limit() throws Exception {
    connected((one, other) -> {
      one.patience(Duration.ofMillis(20));
      assertThatExceptionOfType(IOException.class).isThrownBy(one::receive);
      other.close();
      assertThat(one.receive()).isEmpty();
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> one.send(bytes("anybody?")));
    });
  }

  @Test
  void a_process_of_the_same_user_is_trusted() throws Exception {
    connected((one, other) -> {
      assertThat(one.isTrusted()).isTrue();
      assertThat(other.isTrusted()).isTrue();
    });
  }

  @Test
  void where_nobody_listens_there_is_no_connection() throws Exception {
    Path path = dir.resolve("s");
    assertThat(DescriptorSocket.connect(path, PATIENCE)).isEmpty();
    DescriptorSocket.Listening.at(path).close();
    assertThat(path).exists();
    assertThat(DescriptorSocket.connect(path, PATIENCE)).isEmpty();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> DescriptorSocket.Listening.at(path))
        .withMessageContaining("already in use");
  }

  @Test
  void who_waits_for_nobody_stops_waiting() throws Exception {
    try (DescriptorSocket.Listening listening = DescriptorSocket.Listening.at(dir.resolve("s"))) {
      assertThat(listening.accept(Duration.ofMillis(20), PATIENCE)).isEmpty();
    }
  }

  @Test
  void a_client_that_waits_at_a_socket_is_accepted_by_who_has_received_it() throws Exception {
    ListenSocket old = ListenSocket.open(new InetSocketAddress("127.0.0.1", 0), 2, true);
    InetSocketAddress address = (InetSocketAddress) old.address();
    connected((one, other) -> {
      one.send(bytes("sockets"), old.descriptors());
      int[] received =
          other.receive().orElseThrow().descriptors().stream().mapToInt(fd -> fd).toArray();
      try (SocketChannel client = SocketChannel.open(address)) {
        old.handedOver();
        old.closeLine(0);
        old.close(0);
        old.closeLine(1);
        old.close(1);
        old.close();
        ListenSocket next = ListenSocket.adopt(address, received, 1);
        assertThat(next.address()).isEqualTo(address);
        assertThat(next.fds(0)).hasSize(2);
        int accepted = IntStream.of(next.fds(0)).map(fd -> libc.accept4(fd, 0)).max().orElseThrow();
        assertThat(accepted).isPositive();
        libc.close(accepted);
        assertThat(client.isConnected()).isTrue();
        next.close();
      }
    });
  }

  @Test
  void loops_that_would_have_no_socket_get_one_of_the_same_address() throws Exception {
    ListenSocket old = ListenSocket.open(new InetSocketAddress("127.0.0.1", 0), 1, true);
    int[] copies = {libc.fcntl(old.fds(0)[0], Abi.F_DUPFD_CLOEXEC, 0)};
    ListenSocket next = ListenSocket.adopt(old.address(), copies, 3);
    assertThat(next.descriptors()).hasSize(1);
    next.complete();
    assertThat(next.descriptors()).hasSize(3);
    for (int loop = 0; loop < 3; loop++) {
      assertThat(SocketBinding.localAddress(libc, next.fds(loop)[0])).isEqualTo(old.address());
    }
    old.close();
    next.close();
  }

  @Test
  void a_UNIX_socket_keeps_its_file_when_it_is_handed_over() throws Exception {
    Path path = dir.resolve("web");
    SocketAddress address = UnixDomainSocketAddress.of(path);
    ListenSocket old = ListenSocket.open(address, 2, true);
    int[] copies = {libc.fcntl(old.fds(0)[0], Abi.F_DUPFD_CLOEXEC, 0)};
    ListenSocket next = ListenSocket.adopt(address, copies, 1);
    old.handedOver();
    old.close();
    assertThat(path).exists();
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(client.connect(UnixDomainSocketAddress.of(path))).isTrue();
    }
    next.complete();
    next.close();
    assertThat(path).doesNotExist();
  }

  @Test
  void a_process_that_fails_to_take_over_leaves_the_file_of_a_UNIX_socket() throws Exception {
    Path path = dir.resolve("web");
    ListenSocket old = ListenSocket.open(UnixDomainSocketAddress.of(path), 2, true);
    int[] copies = {libc.fcntl(old.fds(0)[0], Abi.F_DUPFD_CLOEXEC, 0)};
    ListenSocket.adopt(UnixDomainSocketAddress.of(path), copies, 1).close();
    assertThat(path).exists();
    old.close();
    assertThat(path).doesNotExist();
  }

  @Test
  void a_socket_of_the_JDK_is_found_and_exchanged() throws Exception {
    try (ServerSocketChannel jdk = ServerSocketChannel.open();
        ServerSocketChannel other = ServerSocketChannel.open()) {
      jdk.bind(new InetSocketAddress("127.0.0.1", 0));
      other.bind(new InetSocketAddress("127.0.0.1", 0));
      SocketAddress theirs = other.getLocalAddress();
      int own = Descriptors.listening(jdk.getLocalAddress()).orElseThrow();
      int former = Descriptors.listening(theirs).orElseThrow();
      Descriptors.replace(own, libc.fcntl(former, Abi.F_DUPFD_CLOEXEC, 0));
      Descriptors.deafen(former);
      try (SocketChannel client = SocketChannel.open(theirs);
          SocketChannel accepted = jdk.accept()) {
        assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
      }
    }
  }
}
