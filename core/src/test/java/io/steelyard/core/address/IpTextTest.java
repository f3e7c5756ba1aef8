package io.steelyard.core.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IpTextTest {
  /** X-Forwarded-For said 0:0:0:0:0:0:0:1. */
  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:1, ::1",
    "::, ::",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "fe80:0:0:0:1:0:0:1, fe80::1:0:0:1",
    "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "10.0.0.1, 10.0.0.1",
  })
  void an_address_is_written_in_the_one_way_that_others_compare(String given, String expected) {
    InetAddress address = InetAddress.ofLiteral(given);
    assertThat(IpText.of(address)).isEqualTo(expected);
    assertThat(IpText.host(address))
        .isEqualTo(expected.contains(":") ? "[" + expected + "]" : expected);
  }

  @Test
  void the_scope_of_an_address_is_this_hosts_own_affair() {
    assertThat(IpText.of(InetAddress.ofLiteral("fe80::1%1"))).isEqualTo("fe80::1");
  }
}
