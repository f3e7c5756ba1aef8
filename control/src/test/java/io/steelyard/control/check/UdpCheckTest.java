package io.steelyard.control.check;

import static io.steelyard.control.check.Checks.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.testkit.Dnsmasq;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UdpCheckTest {
  /** The A record of a.example, asked for with the number 0x1234. */
  private static final String QUESTION =
      "\u00124\u0001\0\0\u0001\0\0\0\0\0\0\u0001a\u0007example\0\0\u0001\0\u0001";

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void a_real_name_server_answers_as_expected_or_otherwise(@TempDir Path dir) throws Exception {
    try (Dnsmasq server = Dnsmasq.start(dir, "host-record=a.example,10.1.2.3")) {
      InetSocketAddress at = local(server.port());
      CheckResult good = check(at, new Check.Udp(QUESTION, "\n\u0001\u0002\u0003"));
      assertThat(good.text()).isEqualTo("answered as expected");
      assertThat(good.passed()).isTrue();
      assertThat(check(at, new Check.Udp(QUESTION, "")).passed()).isTrue();
      CheckResult wrong = check(at, new Check.Udp(QUESTION, "\n\u0001\u0002\u0004"));
      assertThat(wrong.passed()).isFalse();
      assertThat(wrong.text())
          .startsWith("sent '\\x124")
          .endsWith("in place of '\\n\\x01\\x02\\x04'");
    }
  }

  @Test
  void a_closed_port_fails_and_says_so() throws Exception {
    InetSocketAddress closed;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      closed = local(socket.getLocalPort());
    }
    CheckResult result = check(closed, new Check.Udp("?", ""));
    assertThat(result.passed()).isFalse();
    assertThat(result.text()).isEqualTo("answer refused: nobody listens at the port");
  }

  @Test
  void silence_is_a_failure_when_the_time_is_over() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      CheckResult result = check(local(silent.getLocalPort()), new Check.Udp("?", ""));
      assertThat(result.passed()).isFalse();
      assertThat(result.text()).startsWith("answer timed out after ");
    }
  }

  @Test
  void a_unix_socket_takes_no_such_check() {
    CheckResult result = check(UnixDomainSocketAddress.of("/tmp/none"), new Check.Udp("?", ""));
    assertThat(result.text()).contains("addresses of IP only");
  }
}
