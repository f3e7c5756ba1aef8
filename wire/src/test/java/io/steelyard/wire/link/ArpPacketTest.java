package io.steelyard.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ArpPacketTest {
  private static final byte[] HARDWARE = {2, 0, 0, 0, 2, 1};
  private static final Inet4Address VIP = (Inet4Address) InetAddress.ofLiteral("192.0.2.100");

  /** As a capture on a real link shows it (RFC 5227, section 2.1.1). */
  @Test
  void a_probe_names_no_sender() {
    String expected =
        "ffffffffffff020000000201"
            + "0806"
            + "0001080006040001"
            + "020000000201"
            + "00000000"
            + "000000000000"
            + "c0000264";
    assertThat(HexFormat.of().formatHex(ArpPacket.probe(HARDWARE, VIP))).isEqualTo(expected);
    assertThat(ArpPacket.read(ArpPacket.probe(HARDWARE, VIP)))
        .contains(new ArpPacket("02:00:00:00:02:01", InetAddress.ofLiteral("0.0.0.0")));
  }

  @Test
  void an_announcement_says_who_has_the_address() {
    assertThat(ArpPacket.read(Announcement.arpRequest(HARDWARE, VIP)))
        .contains(new ArpPacket("02:00:00:00:02:01", VIP));
  }

  @Test
  void what_is_no_arp_for_ipv4_or_too_short_says_nothing() {
    byte[] good = Announcement.arpRequest(HARDWARE, VIP);
    for (int length = 0; length < good.length; length++) {
      assertThat(ArpPacket.read(Arrays.copyOf(good, length))).isEmpty();
    }
    for (int at = 12; at < 20; at++) {
      byte[] other = good.clone();
      other[at] ^= 1;
      assertThat(ArpPacket.read(other)).isEmpty();
    }
  }
}
