package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;

/** Networks in CIDR form (RFC 4632, RFC 4291 section 2.3), or single addresses. */
final class NetworkText {
  static final Scalar<Network> TYPE =
      Scalars.text(
          "a network (\"10.0.0.0/8\", \"fd00::/8\") or an address",
          "[0-9a-fA-F:.]+(/[0-9]{1,3})?",
          NetworkText::parse);

  private NetworkText() {}

  private static Parsed<Network> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!AddressText.ipv4(address) && (address.contains("%") || !AddressText.ipv6(address))) {
      return Parsed.bad(
          "expected a network (\"10.0.0.0/8\", \"fd00::/8\") or an address, found '%s'"
              .formatted(Spelling.quotable(text)));
    }
    InetAddress literal = InetAddress.ofLiteral(address);
    int bits = literal.getAddress().length * 8;
    if (slash < 0) {
      return Parsed.good(new Network(literal, bits));
    }
    String prefix = text.substring(slash + 1);
    return prefix.matches("[0-9]{1,3}") && Integer.parseInt(prefix) <= bits
        ? Parsed.good(new Network(literal, Integer.parseInt(prefix)))
        : Parsed.bad(
            "expected a prefix length from 0 to %d after '%s/', found '%s'"
                .formatted(bits, address, Spelling.quotable(prefix)));
  }
}
