package io.steelyard.wire.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.wire.proxyprotocol.ProxyRead.Header;
import io.steelyard.wire.proxyprotocol.ProxyRead.Malformed;
import io.steelyard.wire.proxyprotocol.ProxyRead.Partial;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyReaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String TCP4 = "c0000201c6336402303901bb";

  private static ProxyRead read(byte[] bytes) {
    return ProxyReader.read(bytes, bytes.length);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static List<ProxyHeader> headers() {
    return List.of(
        ProxyHeader.OWN,
        ProxyHeader.of(at("192.0.2.1", 12345), at("198.51.100.2", 443)),
        ProxyHeader.of(at("2001:db8::1", 0), at("2001:db8:1:2:3:4:5:6", 65535)));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void what_is_written_is_read_again_at_whatever_byte_it_is_cut(ProxyHeader header) {
    for (byte[] written : List.of(header.version1(), header.version2())) {
      for (int size = 0; size < written.length; size++) {
        assertThat(ProxyReader.read(written, size)).isEqualTo(new Partial());
      }
      byte[] more = Arrays.copyOf(written, written.length + 5);
      assertThat(read(more)).isEqualTo(new Header(header, written.length));
    }
  }

  @Test
  void the_words_are_those_of_the_specification() {
    ProxyHeader four = headers().get(1);
    assertThat(four.version1())
        .asString()
        .isEqualTo("PROXY TCP4 192.0.2.1 198.51.100.2 12345 443\r\n");
    assertThat(four.version2()).isEqualTo(hex(SIGNATURE + "2111000c" + TCP4));
    assertThat(ProxyHeader.OWN.version1()).asString().isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(ProxyHeader.OWN.version2()).isEqualTo(hex(SIGNATURE + "20000000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n",
        "PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.2 1 2\r\n",
        "PROXY TCP4 192.0.2 198.51.100.2 1 2\r\n",
        "PROXY TCP4 host 198.51.100.2 1 2\r\n",
        "PROXY TCP4 ::1 ::2 1 2\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY TCP6 ::1%lo ::2 1 2\r\n",
        "PROXY TCP6 1::2::3 ::2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\rx",
        "PROXY UDP4 192.0.2.1 198.51.100.2 1 2\r\n",
        "proxy UNKNOWN\r\n",
      })
  void a_line_that_says_something_else_is_refused(String line) {
    assertThat(read(text(line))).isInstanceOf(Malformed.class);
  }

  @Test
  void clients_of_ipv4_at_a_socket_of_ipv6_are_those_of_ipv4() {
    String dotted = "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.2 12345 443\r\n";
    assertThat(read(text(dotted))).isEqualTo(new Header(headers().get(1), dotted.length()));
    String mixed = "PROXY TCP6 ::ffff:c000:201 2001:db8::1 1 2\r\n";
    assertThat(read(text(mixed))).isEqualTo(new Header(ProxyHeader.OWN, mixed.length()));
  }

  @Test
  void a_line_ends_within_107_bytes() {
    String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16);
    assertThat(read(text(longest + "\r\n"))).isEqualTo(new Header(ProxyHeader.OWN, 107));
    assertThat(read(text(longest + "x\r\n"))).isInstanceOf(Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3111000c" + TCP4, // another version
        "2211000c" + TCP4, // another command
        "2112000c" + TCP4, // a datagram
        "2111000b" + TCP4, // too short
        "2111000e" + TCP4 + "0400", // a field that is cut off
        "2111000f" + TCP4 + "040001", // a field that is longer than the header
        "21110013" + TCP4 + "03000400000000", // another checksum
        "21111000", // longer than anybody writes
      })
  void a_binary_header_that_says_something_else_is_refused(String header) {
    assertThat(read(hex(SIGNATURE + header))).isInstanceOf(Malformed.class);
  }

  @Test
  void fields_beside_the_addresses_are_passed_over_and_a_checksum_is_verified() {
    ProxyHeader four = headers().get(1);
    assertThat(read(hex(SIGNATURE + "21110011" + TCP4 + "0400020000")))
        .isEqualTo(new Header(four, 33));
    byte[] summed = hex(SIGNATURE + "21110013" + TCP4 + "03000400000000");
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(summed);
    java.nio.ByteBuffer.wrap(summed).putInt(31, (int) crc.getValue());
    assertThat(read(summed)).isEqualTo(new Header(four, 35));
  }

  @Test
  void a_sender_that_speaks_for_itself_may_say_more() {
    assertThat(read(hex(SIGNATURE + "20110003040000"))).isEqualTo(new Header(ProxyHeader.OWN, 19));
    assertThat(read(hex(SIGNATURE + "210000020102"))).isEqualTo(new Header(ProxyHeader.OWN, 18));
    assertThat(read(hex(SIGNATURE + "213100d8" + "00".repeat(216))))
        .isEqualTo(new Header(ProxyHeader.OWN, 232));
  }
}
