package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.Protocol;
import io.steelyard.testkit.Dnsmasq;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real name servers behind a UDP listener. */
final class UdpDnsTest extends ProxyTest {
  /** The A record of a.example (RFC 1035 section 4.1), but for its number. */
  private static final byte[] QUESTION = {
    0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1
  };

  @TempDir private Path dir;

  private Dnsmasq dnsmasq(String name, String address) throws IOException {
    Dnsmasq server = Dnsmasq.start(dir.resolve(name), "host-record=a.example," + address);
    setup.server(
        name, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 1, 0);
    return server;
  }

  /** Asks as a resolver does: from a new port each time, again when there is no answer. */
  private String resolve(int number) throws IOException {
    byte[] question = QUESTION.clone();
    question[0] = (byte) (number >> 8);
    question[1] = (byte) number;
    for (int i = 0; i < 20; i++) {
      try (UdpClient client = new UdpClient(proxy.address("web"))) {
        client.patience(Duration.ofMillis(300));
        byte[] answer = client.send(question).bytes();
        assertThat(answer[0]).isEqualTo(question[0]);
        assertThat(answer[1]).isEqualTo(question[1]);
        byte[] last = {
          answer[answer.length - 4],
          answer[answer.length - 3],
          answer[answer.length - 2],
          answer[answer.length - 1]
        };
        return InetAddress.getByAddress(last).getHostAddress();
      } catch (SocketTimeoutException | PortUnreachableException e) {
        // It was lost with its server.
      }
    }
    throw new AssertionError("no answer");
  }

  @Test
  void questions_are_shared_out_and_answered_on_when_one_name_server_is_killed() throws Exception {
    setup.protocol = Protocol.UDP;
    try (Dnsmasq one = dnsmasq("one", "10.0.0.1");
        Dnsmasq _ = dnsmasq("two", "10.0.0.2")) {
      start();
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        answers.add(resolve(i));
      }
      assertThat(Collections.frequency(answers, "10.0.0.1")).isEqualTo(20);
      assertThat(Collections.frequency(answers, "10.0.0.2")).isEqualTo(20);
      one.kill();
      for (int i = 0; i < 40; i++) {
        assertThat(resolve(1000 + i)).isEqualTo("10.0.0.2");
      }
      assertThat(metric("steelyard_upstream_connect_failures", "server", "one")).isPositive();
    } finally {
      proxy.drainAll(Duration.ofSeconds(5));
    }
  }
}
