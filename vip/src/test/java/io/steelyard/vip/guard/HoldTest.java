package io.steelyard.vip.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.link.VrrpTransport;
import io.steelyard.wire.vrrp.VrrpChecksum;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HoldTest {
  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  @Test
  void what_a_guard_is_told_is_what_it_understands() {
    Hold hold =
        new Hold(
            new VipId("eth0", 51, false),
            7,
            100,
            150,
            ip("192.0.2.1"),
            VrrpTransport.unicast(
                VrrpChecksum.PSEUDO_HEADER, List.of(ip("192.0.2.2"), ip("192.0.2.3"))),
            List.of(new VipAddress(ip("192.0.2.100"), 24), new VipAddress(ip("192.0.2.101"), 32)));
    assertThat(hold.words())
        .isEqualTo(
            "eth0 51 V4 7 100 150 192.0.2.1 PSEUDO_HEADER 192.0.2.2,192.0.2.3"
                + " 192.0.2.100/24 192.0.2.101/32");
    assertThat(Hold.parse(hold.words())).isEqualTo(hold);
    assertThat(Hold.id(Hold.words(hold.id()))).isEqualTo(hold.id());
  }

  @Test
  void the_scope_of_a_link_local_address_is_left_to_the_link() throws UnknownHostException {
    Hold hold =
        new Hold(
            new VipId("eth0", 61, true),
            7,
            100,
            150,
            Inet6Address.getByAddress(null, ip("fe80::1").getAddress(), 7),
            VrrpTransport.multicast(VrrpChecksum.MESSAGE),
            List.of(new VipAddress(ip("2001:db8::100"), 64)));
    assertThat(hold.words()).startsWith("eth0 61 V6 7 100 150 fe80:0:0:0:0:0:0:1 MESSAGE - ");
    assertThat(Hold.parse(hold.words())).isEqualTo(hold);
  }

  @Test
  void a_farewell_is_an_advert_of_priority_0_with_all_addresses() {
    Hold hold =
        Hold.parse("eth0 51 V4 7 100 150 192.0.2.1 MESSAGE - 192.0.2.100/24 192.0.2.101/32");
    assertThat(hold.advertisement().priority()).isEqualTo(150);
    assertThat(hold.farewell().priority()).isZero();
    assertThat(hold.farewell().advertiseCs()).isEqualTo(100);
    assertThat(hold.farewell().addresses()).containsExactly(ip("192.0.2.100"), ip("192.0.2.101"));
  }

  @Test
  void what_is_not_understood_is_refused() {
    assertThatThrownBy(() -> Hold.parse("eth0 51 V4 7 100 150 192.0.2.1 MESSAGE -"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hold.parse("eth0 51 V4 7 100 150 host MESSAGE - 192.0.2.100/24"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hold.id("eth0 51")).isInstanceOf(IllegalArgumentException.class);
  }
}
