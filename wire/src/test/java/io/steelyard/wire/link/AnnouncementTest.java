package io.steelyard.wire.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class AnnouncementTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] HARDWARE = HEX.parseHex("020000000201");

  private static String of(String address, boolean router) {
    return HEX.formatHex(Announcement.of(HARDWARE, InetAddress.ofLiteral(address), router));
  }

  @Test
  void an_ipv4_address_is_announced_by_a_request_for_itself() {
    assertThat(of("192.0.2.100", false))
        .isEqualTo(
            "ffffffffffff0200000002010806"
                + "0001080006040001"
                + "020000000201c0000264"
                + "000000000000c0000264");
  }

  @Test
  void an_ipv6_address_is_announced_as_keepalived_does_it() {
    assertThat(of("2001:db8::100", false))
        .isEqualTo(
            "33330000000102000000020186dd6000000000203aff20010db8000000000000000000000100ff0200000000000000000000000000018800f52c2000000020010db80000000000000000000001000201020000000201");
  }

  @Test
  void a_router_says_that_it_still_is_one() {
    byte[] plain = HEX.parseHex(of("2001:db8::100", false));
    byte[] router = HEX.parseHex(of("2001:db8::100", true));
    assertThat(plain[58]).isEqualTo((byte) 0x20);
    assertThat(router[58]).isEqualTo((byte) 0xa0);
    byte[] source = InetAddress.ofLiteral("2001:db8::100").getAddress();
    byte[] allNodes = InetAddress.ofLiteral("ff02::1").getAddress();
    int covered = InternetChecksum.pseudoHeader(source, allNodes, 58, 32);
    assertThat(InternetChecksum.of(covered, router, 54, 32)).isZero();
  }

  @Test
  void the_checksum_is_that_of_the_example_in_rfc_1071() {
    byte[] example = HEX.parseHex("0001f203f4f5f6f7");
    assertThat(InternetChecksum.of(0, example, 0, 8)).isEqualTo(~0xddf2 & 0xffff);
    assertThat(InternetChecksum.of(0, new byte[] {1}, 0, 1)).isEqualTo(~0x0100 & 0xffff);
  }

  @Test
  void a_link_without_an_ethernet_address_has_no_frames() {
    InetAddress address = InetAddress.ofLiteral("192.0.2.100");
    assertThatThrownBy(() -> Announcement.of(new byte[0], address, false))
        .hasMessageContaining("hardware address of 0 bytes");
  }
}
