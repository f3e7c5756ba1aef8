package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the files of UNIX sockets. */
class ListenSocketTest {
  @TempDir Path dir;

  private ListenSocket open(Path path) throws IOException {
    return ListenSocket.open(UnixDomainSocketAddress.of(path), 1, true);
  }

  private void refused(Path path, String why) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> open(path))
        .withMessageContaining(path.toString())
        .withMessageContaining(why);
  }

  @Test
  void a_regular_file_at_the_path_of_a_UNIX_listener_is_left_alone() throws Exception {
    Path path = Files.writeString(dir.resolve("web"), "precious");
    refused(path, "no socket");
    assertThat(path).hasContent("precious");
  }

  @Test
  void a_link_or_a_directory_at_the_path_of_a_UNIX_listener_is_left_alone() throws Exception {
    Path target = Files.writeString(dir.resolve("target"), "precious");
    Path link = Files.createSymbolicLink(dir.resolve("link"), target);
    Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), dir.resolve("none"));
    for (Path path : new Path[] {link, dangling, Files.createDirectory(dir.resolve("d"))}) {
      refused(path, "no socket");
    }
    assertThat(target).hasContent("precious");
    assertThat(link).isSymbolicLink();
    assertThat(dangling).isSymbolicLink();
  }

  @Test
  void a_socket_file_that_nobody_listens_on_is_replaced_and_removed_in_the_end() throws Exception {
    Path path = dir.resolve("web");
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    open(path).close();
    assertThat(path).doesNotExist();
  }

  @Test
  void a_socket_that_somebody_listens_on_is_left_alone() throws Exception {
    Path path = dir.resolve("web");
    try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(path));
      refused(path, "in use");
      assertThat(path).exists();
    }
  }

  @Test
  void a_socket_file_that_has_become_anothers_is_not_removed() throws Exception {
    Path path = dir.resolve("web");
    ListenSocket first = open(path);
    Files.delete(path);
    ListenSocket second = open(path);
    first.close();
    assertThat(path).exists();
    second.close();
    assertThat(path).doesNotExist();
  }

  @Test
  void a_client_that_comes_while_an_address_changes_meets_the_next_listener() throws Exception {
    ListenSocket before = ListenSocket.open(new InetSocketAddress("127.0.0.1", 0), 1, true);
    InetSocketAddress address = (InetSocketAddress) before.address();
    ListenSocket after =
        ListenSocket.open(new InetSocketAddress("0.0.0.0", address.getPort()), 1, false);
    before.closeLine(0);
    try (SocketChannel client = SocketChannel.open()) {
      client.configureBlocking(false);
      assertThat(client.connect(address)).isFalse();
      before.close(0);
      client.configureBlocking(true);
      assertThat(client.finishConnect()).isTrue();
      assertThat(new Libc().accept4(after.fds(0)[0], 0)).isPositive();
    } finally {
      before.close();
      after.close();
    }
  }

  @Test
  void an_address_that_the_host_does_not_have_is_refused_unless_it_is_to_come() throws Exception {
    for (String host : new String[] {"192.0.2.77", "2001:db8::77"}) {
      InetSocketAddress foreign = new InetSocketAddress(host, 18_099);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> ListenSocket.open(foreign, 2, true))
          .withMessageContaining("not available on this host");
      ListenSocket beforehand = ListenSocket.open(foreign, 2, true, true);
      assertThat(beforehand.address()).isEqualTo(foreign);
      beforehand.close();
    }
  }
}
