package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections of proxies that say whom they forward. */
final class PreambleTest extends ProxyTest {
  private static final ProxyHeader CLIENT =
      ProxyHeader.of(
          new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1234),
          new InetSocketAddress(InetAddress.ofLiteral("198.51.100.1"), 80));

  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(16);

  private void from(String network, int bits) throws Exception {
    setup.proxyProtocol =
        new TrustedProxies(List.of(new Network(InetAddress.ofLiteral(network), bits)));
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        heads.add(head);
        c.send(OK);
      }
    });
    start();
  }

  private static byte[] with(byte[] header, String request) {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    byte[] both = java.util.Arrays.copyOf(header, header.length + bytes.length);
    System.arraycopy(bytes, 0, both, header.length, bytes.length);
    return both;
  }

  private String head() throws InterruptedException {
    return heads.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void requests_are_those_of_the_client_that_is_named() throws Exception {
    from("127.0.0.0", 8);
    for (byte[] header : List.of(CLIENT.version1(), CLIENT.version2())) {
      Peer client = client().send(with(header, GET));
      assertThat(client.same(OK)).isEqualTo(OK);
      assertThat(head()).contains("\r\nX-Forwarded-For: 192.0.2.7\r\n");
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
      assertThat(head()).contains("\r\nX-Forwarded-For: 192.0.2.7\r\n");
    }
  }

  @Test
  void a_header_may_come_byte_by_byte_and_its_request_later() throws Exception {
    from("127.0.0.0", 8);
    Peer client = client();
    client.sendOneByteAtATime(new String(CLIENT.version1(), StandardCharsets.ISO_8859_1));
    client.send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
    assertThat(head()).contains("\r\nX-Forwarded-For: 192.0.2.7\r\n");
  }

  @Test
  void a_proxy_may_speak_for_itself() throws Exception {
    from("127.0.0.0", 8);
    for (byte[] header : List.of(ProxyHeader.OWN.version1(), ProxyHeader.OWN.version2())) {
      assertThat(client().send(with(header, GET)).same(OK)).isEqualTo(OK);
      assertThat(head()).contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
    }
  }

  @Test
  void who_says_something_else_or_nothing_is_reset_and_counted() throws Exception {
    Duration s = Duration.ofMillis(300);
    setup.timeouts = new ListenerTimeouts(s, s, s, s);
    from("127.0.0.0", 8);
    assertThat(client().send(GET).rest()).isEqualTo("<reset>");
    assertThat(client().send("PROXY TCP4 192.0.2.7").rest()).isEqualTo("<reset>");
    Peer silent = client();
    silent.shutdownOutput();
    assertThat(silent.rest()).isEqualTo("<reset>");
    assertThat(metric("steelyard_proxy_headers_refused")).isEqualTo(3);
    assertThat(heads).isEmpty();
  }

  @Test
  void nobody_else_is_believed() throws Exception {
    from("10.0.0.0", 8);
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
    assertThat(head()).contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
    assertThat(client().send(with(CLIENT.version1(), GET)).head()).startsWith("HTTP/1.1 400 ");
    assertThat(heads).isEmpty();
  }

  @Test
  void what_comes_right_behind_a_header_is_carried_over_tcp() throws Exception {
    setup.protocol = Protocol.TCP;
    setup.proxyProtocol =
        new TrustedProxies(List.of(new Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
    server(c -> c.send("<" + c.text(9) + ">"));
    start();
    Peer client = client().send(with(CLIENT.version2(), "begin"));
    client.send(" end");
    assertThat(client.text(11)).isEqualTo("<begin end>");
  }
}
