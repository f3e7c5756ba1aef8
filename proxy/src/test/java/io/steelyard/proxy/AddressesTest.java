package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressesTest {
  /** X-Forwarded-For said 0:0:0:0:0:0:0:1. */
  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:1, ::1",
    "::, ::",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "10.0.0.1, 10.0.0.1",
  })
  void an_address_is_written_in_the_one_way_that_others_compare(String given, String expected) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(given), 80);
    assertThat(Addresses.client(address)).asString(StandardCharsets.US_ASCII).isEqualTo(expected);
    String host = expected.contains(":") ? "[" + expected + "]" : expected;
    assertThat(Addresses.text(address)).asString(StandardCharsets.US_ASCII).isEqualTo(host + ":80");
  }
}
