package io.steelyard.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.AccessRule.Block;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which clients are served. */
final class AccessRuleTest {
  private static Block block(String address, int bits) {
    return new Block(InetAddress.ofLiteral(address), bits);
  }

  private static boolean serves(AccessRule rule, String address) {
    return rule.serves(InetAddress.ofLiteral(address).getAddress());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0, 8, 10.255.1.2, true",
    "10.0.0.0, 8, 11.0.0.0, false",
    "10.64.0.0, 10, 10.127.255.255, true",
    "10.64.0.0, 10, 10.128.0.0, false",
    "192.0.2.7, 32, 192.0.2.7, true",
    "192.0.2.7, 32, 192.0.2.6, false",
    "0.0.0.0, 0, 203.0.113.9, true",
    "0.0.0.0, 0, 2001:db8::1, false",
    "2001:db8::, 33, 2001:db8:7fff::1, true",
    "2001:db8::, 33, 2001:db8:8000::1, false"
  })
  void a_network_has_the_addresses_that_begin_so(
      String network, int bits, String address, boolean has) {
    AccessRule only = new AccessRule(List.of(block(network, bits)), List.of());
    assertThat(serves(only, address)).isEqualTo(has);
  }

  @Test
  void who_is_denied_is_not_served_although_allowed() {
    AccessRule rule = new AccessRule(List.of(block("10.0.0.0", 8)), List.of(block("10.0.0.0", 24)));
    assertThat(serves(rule, "10.0.1.1")).isTrue();
    assertThat(serves(rule, "10.0.0.1")).isFalse();
    assertThat(serves(rule, "192.0.2.1")).isFalse();
  }

  @Test
  void of_whom_nobody_knows_the_address_is_not_served() {
    assertThat(new AccessRule(List.of(), List.of(block("10.0.0.0", 8))).serves(null)).isFalse();
  }
}
