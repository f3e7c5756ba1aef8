package io.steelyard.wire.vrrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class VrrpCodecTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final InetAddress SOURCE = ip("192.0.2.1");
  private static final InetAddress GROUP = ip("224.0.0.18");
  private static final InetAddress SOURCE6 = ip("fe80::ff:fe00:201");
  private static final InetAddress GROUP6 = ip("ff02::12");

  /** What keepalived 2.2.7 sent for priority 150, adverts every 500 ms and two addresses. */
  private static final String KEEPALIVED =
      "45c000240001 0000ff701895c0000201e0000012 31339602003211 39c0000264c0000265"
          .replace(" ", "");

  private static final String KEEPALIVED6 =
      "3134960200320b2e" + "fe800000000000000000000000000100" + "20010db8000000000000000000000100";

  private static final VrrpAdvertisement IPV4 =
      new VrrpAdvertisement(51, 150, 50, List.of(ip("192.0.2.100"), ip("192.0.2.101")));
  private static final VrrpAdvertisement IPV6 =
      new VrrpAdvertisement(52, 150, 50, List.of(ip("fe80::100"), ip("2001:db8::100")));

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  private static VrrpDecoded ipv4(byte[] packet) {
    return VrrpCodec.decodeIpv4(packet, packet.length, 255);
  }

  private static VrrpDecoded ipv6(byte[] packet) {
    return VrrpCodec.decodeIpv6(packet, packet.length, 255, 255, SOURCE6, GROUP6);
  }

  /** A datagram of IPv4 with this packet in it. */
  private static byte[] datagram(byte[] packet) {
    byte[] head = HEX.parseHex("45c000240001 0000ff700000c0000201e0000012".replace(" ", ""));
    byte[] all = Arrays.copyOf(head, head.length + packet.length);
    System.arraycopy(packet, 0, all, head.length, packet.length);
    all[2] = (byte) (all.length >> 8);
    all[3] = (byte) all.length;
    return all;
  }

  /** The same with one byte changed and the checksum, over the message only, made good again. */
  private static byte[] changed(int at, int value) {
    byte[] packet = VrrpCodec.encode(IPV4, SOURCE, GROUP, VrrpChecksum.MESSAGE);
    int old = packet[at] & 0xff;
    packet[at] = (byte) value;
    int shift = at % 2 == 0 ? 8 : 0;
    int check = ((packet[6] & 0xff) << 8) | (packet[7] & 0xff);
    int sum = (~check & 0xffff) + ((value & 0xff) << shift) + (~(old << shift) & 0xffff);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    packet[6] = (byte) (~sum >> 8);
    packet[7] = (byte) ~sum;
    return datagram(packet);
  }

  @Test
  void what_keepalived_sends_is_read_and_written_to_the_byte() {
    assertThat(ipv4(HEX.parseHex(KEEPALIVED))).isEqualTo(new VrrpReceived(SOURCE, GROUP, IPV4));
    assertThat(VrrpCodec.encode(IPV4, SOURCE, GROUP, VrrpChecksum.PSEUDO_HEADER))
        .isEqualTo(HEX.parseHex(KEEPALIVED.substring(40)));
    assertThat(ipv6(HEX.parseHex(KEEPALIVED6))).isEqualTo(new VrrpReceived(SOURCE6, GROUP6, IPV6));
    assertThat(VrrpCodec.encode(IPV6, SOURCE6, GROUP6, VrrpChecksum.MESSAGE))
        .isEqualTo(HEX.parseHex(KEEPALIVED6));
  }

  @Test
  void the_checksum_of_ipv4_covers_the_message_alone_as_the_rfc_has_it() {
    byte[] packet = VrrpCodec.encode(IPV4, SOURCE, GROUP, VrrpChecksum.MESSAGE);
    // By hand: 3133+9602+0032+c000+0264+c000+0265 = 24c30, 4c32 with the carry; its complement.
    assertThat(HEX.formatHex(packet)).isEqualTo("313396020032b3cdc0000264c0000265");
    assertThat(ipv4(datagram(packet))).isEqualTo(new VrrpReceived(SOURCE, GROUP, IPV4));
  }

  @Test
  void each_kind_of_bad_packet_is_refused_by_its_name() {
    byte[] good = HEX.parseHex(KEEPALIVED);
    assertThat(VrrpCodec.decodeIpv4(good, 19, 255)).isEqualTo(VrrpRefusal.HEADER);
    assertThat(VrrpCodec.decodeIpv4(good, good.length - 1, 255)).isEqualTo(VrrpRefusal.HEADER);
    assertThat(ipv4(with(good, 9, 17))).isEqualTo(VrrpRefusal.HEADER);
    assertThat(ipv4(with(good, 0, 0x44))).isEqualTo(VrrpRefusal.HEADER);
    assertThat(ipv4(with(good, 8, 254))).isEqualTo(VrrpRefusal.HOP_LIMIT);
    assertThat(ipv4(with(good, 3, 27))).isEqualTo(VrrpRefusal.LENGTH);
    assertThat(ipv4(changed(0, 0x21))).isEqualTo(VrrpRefusal.VERSION);
    assertThat(ipv4(changed(0, 0x32))).isEqualTo(VrrpRefusal.TYPE);
    assertThat(ipv4(changed(3, 0))).isEqualTo(VrrpRefusal.LENGTH);
    assertThat(ipv4(changed(3, 1))).isEqualTo(VrrpRefusal.LENGTH);
    assertThat(ipv4(changed(3, 3))).isEqualTo(VrrpRefusal.LENGTH);
    assertThat(ipv4(with(good, 27, 0x3a))).isEqualTo(VrrpRefusal.CHECKSUM);
    assertThat(ipv4(changed(1, 0))).isEqualTo(VrrpRefusal.ROUTER_ID);
    assertThat(ipv4(changed(5, 0))).isEqualTo(VrrpRefusal.INTERVAL);
    assertThat(ipv4(changed(8, 224))).isEqualTo(VrrpRefusal.ADDRESS);
    assertThat(ipv4(changed(8, 127))).isEqualTo(VrrpRefusal.ADDRESS);
  }

  @Test
  void reserved_bits_are_ignored() {
    assertThat(ipv4(changed(4, 0xf0))).isEqualTo(new VrrpReceived(SOURCE, GROUP, IPV4));
  }

  @Test
  void an_ipv6_packet_has_to_come_from_the_link_and_with_its_pseudo_header() {
    byte[] good = HEX.parseHex(KEEPALIVED6);
    assertThat(VrrpCodec.decodeIpv6(good, good.length, 64, 255, SOURCE6, GROUP6))
        .isEqualTo(VrrpRefusal.HOP_LIMIT);
    assertThat(VrrpCodec.decodeIpv6(good, good.length, 255, 255, ip("fe80::3"), GROUP6))
        .isEqualTo(VrrpRefusal.CHECKSUM);
    assertThat(VrrpCodec.decodeIpv6(good, good.length - 16, 255, 255, SOURCE6, GROUP6))
        .isEqualTo(VrrpRefusal.LENGTH);
  }

  @Test
  void as_many_addresses_as_a_packet_holds_are_sent_and_no_more() {
    List<InetAddress> most =
        IntStream.range(0, 90).mapToObj(i -> ip("2001:db8::" + (i + 1))).toList();
    VrrpAdvertisement advertisement = new VrrpAdvertisement(1, 255, 4095, most);
    byte[] packet = VrrpCodec.encode(advertisement, SOURCE6, GROUP6, VrrpChecksum.MESSAGE);
    assertThat(packet).hasSizeLessThanOrEqualTo(1500 - 40);
    assertThat(ipv6(packet)).isEqualTo(new VrrpReceived(SOURCE6, GROUP6, advertisement));
    List<InetAddress> more = new ArrayList<>(most);
    more.add(SOURCE6);
    assertThatThrownBy(() -> new VrrpAdvertisement(1, 1, 1, more)).hasMessageContaining("91");
    assertThatThrownBy(() -> new VrrpAdvertisement(1, 1, 1, List.of(SOURCE, SOURCE6)))
        .hasMessageContaining("both versions");
    assertThatThrownBy(() -> new VrrpAdvertisement(1, 1, 4096, List.of(SOURCE)))
        .hasMessageContaining("interval 4096");
  }

  @Test
  void no_bytes_whatever_do_more_than_be_refused() {
    Random random = new Random(20260101);
    int good = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] packet = datagram(Arrays.copyOfRange(HEX.parseHex(KEEPALIVED), 20, 36));
      for (int flip = random.nextInt(4); flip > 0; flip--) {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      }
      int bytes = random.nextInt(8) == 0 ? random.nextInt(packet.length) : packet.length;
      if (VrrpCodec.decodeIpv4(packet, bytes, 1) instanceof VrrpReceived received) {
        good++;
        roundTrip(received);
      }
      random.nextBytes(packet);
      assertThat(VrrpCodec.decodeIpv6(packet, bytes, 255, 255, SOURCE6, GROUP6))
          .isInstanceOf(VrrpRefusal.class);
    }
    // A quarter is unchanged, but for those that were cut.
    assertThat(good).isBetween(20_000, 40_000);
  }

  private static void roundTrip(VrrpReceived received) {
    byte[] packet =
        VrrpCodec.encode(
            received.advertisement(),
            received.source(),
            received.destination(),
            VrrpChecksum.MESSAGE);
    VrrpDecoded again = ipv4(datagram(packet));
    assertThat(again).isInstanceOf(VrrpReceived.class);
    assertThat(((VrrpReceived) again).advertisement()).isEqualTo(received.advertisement());
  }

  private static byte[] with(byte[] packet, int at, int value) {
    byte[] copy = packet.clone();
    copy[at] = (byte) value;
    return copy;
  }
}
