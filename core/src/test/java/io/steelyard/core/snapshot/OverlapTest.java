package io.steelyard.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which two sockets get in each other's way. */
final class OverlapTest {
  @ParameterizedTest
  @CsvSource({
    "::, 127.0.0.1, true",
    "::, ::1, true",
    "::, 0.0.0.0, true",
    "0.0.0.0, 127.0.0.1, true",
    "0.0.0.0, ::1, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "127.0.0.1, ::1, false"
  })
  void addresses_of_one_port_overlap_when_one_takes_clients_of_the_other(
      String a, String b, boolean overlap) {
    assertThat(Overlap.between(tcp(a, 80), tcp(b, 80))).isEqualTo(overlap);
    assertThat(Overlap.between(tcp(b, 80), tcp(a, 80))).isEqualTo(overlap);
    assertThat(Overlap.between(tcp(a, 80), tcp(b, 81))).isFalse();
  }

  @Test
  void UNIX_sockets_overlap_when_their_paths_are_the_same() {
    SocketAddress one = UnixDomainSocketAddress.of("/run/one");
    assertThat(Overlap.between(one, UnixDomainSocketAddress.of("/run/one"))).isTrue();
    assertThat(Overlap.between(one, UnixDomainSocketAddress.of("/run/two"))).isFalse();
    assertThat(Overlap.between(one, tcp("::", 80))).isFalse();
  }

  private static SocketAddress tcp(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }
}
