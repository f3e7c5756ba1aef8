package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Addresses to the kernel's form and back. */
final class SockaddrTest {
  @Test
  void a_link_local_address_keeps_its_interface() throws Exception {
    byte[] bytes = InetAddress.ofLiteral("fe80::1").getAddress();
    InetSocketAddress address =
        new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 7), 80);
    InetSocketAddress decoded = decoded(address);
    assertThat(decoded).isEqualTo(address);
    assertThat(((Inet6Address) decoded.getAddress()).getScopeId()).isEqualTo(7);
  }

  @Test
  void every_other_address_comes_back_as_it_was() {
    for (String text : new String[] {"127.0.0.1", "::", "2001:db8::1"}) {
      InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(text), 65535);
      assertThat(decoded(address)).isEqualTo(address);
    }
    InetSocketAddress mapped = new InetSocketAddress(InetAddress.ofLiteral("::ffff:10.0.0.1"), 1);
    assertThat(decoded(mapped).getAddress()).isInstanceOf(Inet4Address.class);
  }

  private static InetSocketAddress decoded(InetSocketAddress address) {
    return (InetSocketAddress) Sockaddr.decode(Sockaddr.of(address).memory());
  }
}
