package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.steelyard.core.snapshot.Protocol;
import io.steelyard.net.DescriptorSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One proxy after another at the same sockets, as two processes would be. */
final class HeirloomsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir private Path dir;

  private static Proxy start(int loops, String transport) throws IOException {
    return Proxy.start(new ProxyOptions(loops, Optional.of(transport)));
  }

  private static Setup at(SocketAddress address, int loops) {
    Setup setup = new Setup();
    setup.address = address;
    setup.loops = loops;
    return setup;
  }

  private static void serve(Proxy proxy, Setup setup) throws IOException {
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
  }

  /** What the kernel makes of descriptors that are sent. */
  private int[] copies(int[] descriptors) throws IOException {
    Path path = dir.resolve("s");
    try (DescriptorSocket.Listening listening = DescriptorSocket.Listening.at(path);
        DescriptorSocket one = DescriptorSocket.connect(path, PATIENCE).orElseThrow();
        DescriptorSocket other = listening.accept(PATIENCE, PATIENCE).orElseThrow()) {
      one.send(new byte[1], descriptors);
      return other.receive().orElseThrow().descriptors().stream().mapToInt(fd -> fd).toArray();
    }
  }

  private static void ask(Socket client) throws IOException {
    byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    client.getOutputStream().write(request);
  }

  /** No server is there: the proxy itself says so. */
  private static String answer(Socket client) throws IOException {
    client.setSoTimeout((int) PATIENCE.toMillis());
    return new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({"epoll, 1, 1", "io_uring, 1, 1", "epoll, 2, 1", "io_uring, 1, 3", "epoll, 1, 2"})
  void who_waits_at_the_sockets_of_one_proxy_is_served_by_the_next(
      String transport, int before, int after) throws Exception {
    try (Proxy old = start(before, transport);
        Proxy next = start(after, transport)) {
      Setup setup = at(new InetSocketAddress("127.0.0.1", 0), before);
      serve(old, setup);
      InetSocketAddress address = (InetSocketAddress) old.address("web");
      Heirloom heirloom = old.heirlooms().getFirst();
      heirloom.handedOver();
      next.inherit(Map.of(heirloom.address(), copies(heirloom.descriptors())), Map.of());
      serve(next, at(heirloom.address(), after));
      assertThat(next.address("web")).isEqualTo(address);
      old.stopAccepting();
      try (Socket waiting = new Socket("127.0.0.1", address.getPort())) {
        ask(waiting);
        assertThat(next.connections()).isZero();
        assertThat(next.accept()).containsExactly(heirloom.address());
        assertThat(answer(waiting)).isEqualTo("HTTP/1.1 503");
      }
      for (int i = 0; i < 20; i++) {
        try (Socket later = new Socket("127.0.0.1", address.getPort())) {
          ask(later);
          assertThat(answer(later)).isEqualTo("HTTP/1.1 503");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"epoll, 1, 1", "io_uring, 1, 1", "epoll, 2, 1", "io_uring, 1, 3"})
  void datagrams_that_wait_at_the_sockets_of_one_proxy_are_passed_on_by_the_next(
      String transport, int before, int after) throws Exception {
    try (Proxy old = start(before, transport);
        Proxy next = start(after, transport);
        UdpServer server = UdpServer.start("a")) {
      serve(old, udp(new InetSocketAddress("127.0.0.1", 0), before, server));
      Heirloom heirloom = old.heirlooms().getFirst();
      heirloom.handedOver();
      next.inherit(Map.of(), Map.of(heirloom.address(), copies(heirloom.descriptors())));
      serve(next, udp((InetSocketAddress) heirloom.address(), after, server));
      assertThat(next.address("web")).isEqualTo(old.address("web"));
      try (UdpClient client = new UdpClient(old.address("web"))) {
        assertThat(client.send("q").text()).isEqualTo("a:q");
        old.stopAccepting();
        client.send("waits");
        assertThat(next.accept()).containsExactly(heirloom.address());
        assertThat(client.text()).isEqualTo("a:waits");
        assertThat(next.connections()).isEqualTo(1);
      }
      assertThat(old.drainAll(PATIENCE)).isTrue();
    }
  }

  private static Setup udp(InetSocketAddress address, int loops, UdpServer server) {
    Setup setup = at(address, loops);
    setup.protocol = Protocol.UDP;
    return setup.server("a", server.address(), 1, 0);
  }

  @Test
  void who_is_connected_already_may_ask_once_more() throws Exception {
    try (Proxy old = start(1, "epoll")) {
      serve(old, at(new InetSocketAddress("127.0.0.1", 0), 1));
      InetSocketAddress address = (InetSocketAddress) old.address("web");
      try (Socket client = new Socket("127.0.0.1", address.getPort())) {
        ask(client);
        assertThat(answer(client)).isEqualTo("HTTP/1.1 503");
        old.heirlooms().forEach(Heirloom::handedOver);
        old.stopAccepting();
        ask(client);
        String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(rest).contains("HTTP/1.1 503").containsIgnoringCase("connection: close");
      }
      assertThat(old.drainAll(PATIENCE)).isTrue();
    }
  }

  @Test
  void an_address_that_is_to_come_is_listened_on_beforehand_and_no_other() throws Exception {
    InetSocketAddress foreign = new InetSocketAddress("192.0.2.77", 18_098);
    Setup setup = at(foreign, 1);
    try (Proxy proxy = start(1, "epoll")) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> proxy.bind(List.of(setup.listener())))
          .withMessageContaining("not available on this host");
      proxy.listenBeforehand(foreign.getAddress()::equals);
      serve(proxy, setup);
      assertThat(proxy.address("web")).isEqualTo(foreign);
    }
  }
}
