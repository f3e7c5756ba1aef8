package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import io.steelyard.core.snapshot.Upstream;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import io.steelyard.wire.proxyprotocol.ProxyRead.Header;
import io.steelyard.wire.proxyprotocol.ProxyReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections to servers that begin with whom they are for. */
final class ServerPreambleTest extends ProxyTest {
  private static final int V2_BYTES = 28;
  private static final ProxyHeader FORWARDED =
      ProxyHeader.of(
          new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1234),
          new InetSocketAddress(InetAddress.ofLiteral("198.51.100.1"), 80));

  private final BlockingQueue<String> said = new ArrayBlockingQueue<>(64);

  private void announcing(ProxyProtocol version) throws Exception {
    setup.upstream = new Upstream(version);
    server(c -> {
      said.add(version == ProxyProtocol.V1 ? c.line() : c.text(V2_BYTES));
      for (String head = c.head(); head != null; head = c.head()) {
        c.send(OK);
      }
    });
    start();
  }

  private String next() throws InterruptedException {
    return said.poll(10, TimeUnit.SECONDS);
  }

  private String line(Peer client) {
    InetSocketAddress at = (InetSocketAddress) proxy.address(setup.listenerName);
    return "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d".formatted(client.localPort(), at.getPort());
  }

  @Test
  void a_server_hears_of_the_client_first_and_once_for_all_its_requests() throws Exception {
    announcing(ProxyProtocol.V1);
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    }
    assertThat(next()).isEqualTo(line(client));
    assertThat(said).isEmpty();
  }

  @Test
  void no_client_gets_the_connection_of_another() throws Exception {
    announcing(ProxyProtocol.V1);
    Peer one = client();
    Peer other = client();
    for (int i = 0; i < 2; i++) {
      assertThat(one.send(GET).same(OK)).isEqualTo(OK);
      assertThat(other.send(GET).same(OK)).isEqualTo(OK);
    }
    assertThat(List.of(next(), next())).containsExactly(line(one), line(other));
    assertThat(said).isEmpty();
  }

  @Test
  void the_second_version_is_binary() throws Exception {
    announcing(ProxyProtocol.V2);
    Peer client = client();
    assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    byte[] header = next().getBytes(StandardCharsets.ISO_8859_1);
    Header read = (Header) ProxyReader.read(header, header.length);
    assertThat(read.header().ends().orElseThrow().source().getPort()).isEqualTo(client.localPort());
    assertThat(read.bytes()).isEqualTo(V2_BYTES);
  }

  @Test
  void whom_a_proxy_has_named_is_named_again() throws Exception {
    setup.proxyProtocol =
        new TrustedProxies(List.of(new Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
    announcing(ProxyProtocol.V1);
    Peer client = client().send(new String(FORWARDED.version2(), StandardCharsets.ISO_8859_1));
    assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    assertThat(next()).isEqualTo("PROXY TCP4 192.0.2.7 198.51.100.1 1234 80");
  }

  @Test
  void a_change_of_the_form_leaves_no_connection_that_said_something_else() throws Exception {
    announcing(ProxyProtocol.V1);
    Peer client = client();
    assertThat(client.send(GET).same(OK)).isEqualTo(OK);
    assertThat(next()).isEqualTo(line(client));
    setup.upstream = Upstream.PLAIN;
    proxy.publish(setup.snapshot());
    client.send(GET);
    assertThat(next()).isEqualTo("GET / HTTP/1.1");
  }

  @Test
  void a_server_of_a_tcp_listener_hears_of_the_client_before_it_says_anything() throws Exception {
    setup.protocol = Protocol.TCP;
    setup.upstream = new Upstream(ProxyProtocol.V1);
    server(c -> {
      c.send("<" + c.line() + ">");
      c.send(c.text(4));
    });
    start();
    Peer client = client();
    String greeting = "<" + line(client) + ">";
    assertThat(client.text(greeting.length())).isEqualTo(greeting);
    assertThat(client.send("ping").text(4)).isEqualTo("ping");
  }
}
