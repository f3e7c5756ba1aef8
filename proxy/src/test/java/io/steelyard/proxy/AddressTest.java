package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners and servers on UNIX sockets and IPv6. */
final class AddressTest extends ProxyTest {
  @TempDir Path dir;

  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(64);

  private final ScriptedServer.Script remembersHeads =
      c -> {
        for (String h = c.head(); h != null; h = c.head()) {
          heads.add(h);
          c.send(OK);
        }
      };

  private void serves() throws Exception {
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
  }

  @Test
  void a_listener_may_be_a_UNIX_socket() throws Exception {
    add(ScriptedServer.start(remembersHeads));
    setup.address = UnixDomainSocketAddress.of(dir.resolve("web"));
    start();
    serves();
    assertThat(heads.poll(5, TimeUnit.SECONDS)).contains("\r\nX-Forwarded-Proto: http\r\n");
  }

  @Test
  void servers_are_told_the_port_that_was_bound_and_none_for_a_UNIX_socket() throws Exception {
    add(ScriptedServer.start(remembersHeads));
    start();
    serves();
    int port = ((InetSocketAddress) proxy.address("web")).getPort();
    assertThat(heads.poll(5, TimeUnit.SECONDS)).contains("\r\nX-Forwarded-Port: " + port + "\r\n");
    heads.clear();
    Listener inet = setup.listener();
    setup.address = UnixDomainSocketAddress.of(dir.resolve("web"));
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
    proxy.drain(List.of(inet));
    serves();
    assertThat(heads.poll(5, TimeUnit.SECONDS))
        .contains("\r\nX-Forwarded-For: unix\r\n")
        .doesNotContain("X-Forwarded-Port");
  }

  @Test
  void a_client_that_is_gone_before_anybody_asked_who_it_is_reaches_no_server() throws Exception {
    add(ScriptedServer.start(remembersHeads));
    start();
    CountDownLatch go = new CountDownLatch(1);
    proxy.proxyLoops().getFirst().loop().execute(() -> Bulk.await(go));
    for (int i = 0; i < 20; i++) {
      client().send(GET).reset();
    }
    go.countDown();
    serves();
    for (String head : heads) {
      assertThat(head).contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
    }
  }

  @Test
  void a_UNIX_listener_that_is_renamed_serves_on_and_its_file_goes_with_the_last_one()
      throws Exception {
    add(ScriptedServer.start(remembersHeads));
    Path path = dir.resolve("web");
    setup.address = UnixDomainSocketAddress.of(path);
    start();
    Listener before = setup.listener();
    setup.listenerName = "renamed";
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
    proxy.drain(List.of(before));
    assertThat(path).exists();
    serves();
    Listener last = setup.listener();
    proxy.publish(setup.snapshot(List.of()));
    proxy.drain(List.of(last));
    assertThat(path).doesNotExist();
  }

  @Test
  void a_server_may_be_a_UNIX_socket() throws Exception {
    add(ScriptedServer.start(dir.resolve("app"), remembersHeads));
    start();
    serves();
    assertThat(heads.poll(5, TimeUnit.SECONDS)).contains("\r\nHost: a\r\n");
  }

  @Test
  void tcp_goes_through_UNIX_sockets_too() throws Exception {
    add(
        ScriptedServer.start(
            dir.resolve("app"),
            c -> {
              assertThat(c.rest()).isEqualTo("hello");
              Bulk.send(c, 1_000_000);
            }));
    setup.protocol = Protocol.TCP;
    setup.address = UnixDomainSocketAddress.of(dir.resolve("web"));
    start();
    Peer client = client().send("hello");
    client.shutdownOutput();
    Bulk.expect(client, 1_000_000);
    assertThat(client.ended()).isTrue();
  }

  @Test
  void a_UNIX_socket_that_nobody_serves_is_unavailable() throws Exception {
    setup.server("gone", UnixDomainSocketAddress.of(dir.resolve("none")), 1, 0);
    start();
    assertThat(client().send(GET).message()).startsWith("HTTP/1.1 503 ");
  }

  @Test
  void a_server_that_cannot_be_reached_at_once_leads_a_POST_to_the_next_one() throws Exception {
    setup.server("gone", UnixDomainSocketAddress.of(dir.resolve("none")), 1, 0);
    setup.server("lost", UnixDomainSocketAddress.of(dir.resolve("nil")), 1, 0);
    server(c -> {
      while (c.head() != null) {
        assertThat(c.text(4)).isEqualTo("body");
        c.send(OK);
      }
    });
    start();
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
    Peer client = client();
    for (int i = 0; i < 12; i++) {
      // With the body, and with the body behind it.
      client.send(i % 2 == 0 ? post + "body" : post);
      if (i % 2 == 1) {
        client.send("body");
      }
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(metric("steelyard_upstream_connect_failures"))
        .as("tries, of which some are a request's second")
        .isGreaterThanOrEqualTo(4);
  }

  @Test
  void IPv6_on_both_sides() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    add(ScriptedServer.start(loopback, remembersHeads));
    setup.address = new InetSocketAddress(loopback, 0);
    start();
    serves();
    assertThat(heads.poll(5, TimeUnit.SECONDS)).containsPattern("\r\nX-Forwarded-For: ::1\r\n");
  }

  @Test
  void a_listener_on_all_addresses_names_clients_of_IPv4_as_such() throws Exception {
    add(ScriptedServer.start(remembersHeads));
    setup.address = new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
    start();
    int port = ((InetSocketAddress) proxy.address("web")).getPort();
    Peer client =
        keep(Peer.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)))
            .send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
    assertThat(heads.poll(5, TimeUnit.SECONDS)).contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
  }
}
