package io.steelyard.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0, 203.0.113.9, true",
    "0.0.0.0, 0, 2001:db8::1, false",
    "10.0.0.0, 8, 10.255.255.255, true",
    "10.0.0.0, 8, 11.0.0.0, false",
    "192.0.2.128, 25, 192.0.2.128, true",
    "192.0.2.128, 25, 192.0.2.127, false",
    "192.0.2.7, 32, 192.0.2.7, true",
    "192.0.2.7, 32, 192.0.2.6, false",
    "192.0.2.7, 32, ::ffff:192.0.2.7, true",
    "::ffff:192.0.2.7, 32, 192.0.2.7, true",
    "::, 0, 2001:db8::1, true",
    "2001:db8::, 33, 2001:db8:7fff::1, true",
    "2001:db8::, 33, 2001:db8:8000::1, false",
    "2001:db8::1, 128, 2001:db8::1, true",
    "2001:db8::1, 128, 2001:db8::, false",
  })
  void a_client_is_trusted_when_it_lies_in_the_network(
      String network, int prefixBits, String client, boolean trusted) throws Exception {
    assertThat(trusting(network, prefixBits).trusts(address(client))).isEqualTo(trusted);
  }

  @Test
  void nobody_is_trusted_without_networks() throws Exception {
    assertThat(TrustedProxies.NONE.trusts(address("127.0.0.1"))).isFalse();
  }

  @Test
  void one_network_of_several_suffices() throws Exception {
    TrustedProxies proxies =
        new TrustedProxies(
            List.of(new Network(address("10.0.0.0"), 8), new Network(address("::1"), 128)));
    assertThat(proxies.trusts(address("::1"))).isTrue();
    assertThat(proxies.trusts(address("10.1.2.3"))).isTrue();
    assertThat(proxies.trusts(address("::2"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0, 33", "10.0.0.0, -1", "::1, 129", "::ffff:10.0.0.0, 104"})
  void a_prefix_longer_than_its_address_is_refused(String network, int prefixBits) {
    assertThatIllegalArgumentException().isThrownBy(() -> trusting(network, prefixBits));
  }

  private static TrustedProxies trusting(String network, int prefixBits)
      throws UnknownHostException {
    return new TrustedProxies(List.of(new Network(address(network), prefixBits)));
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
