package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import io.steelyard.core.address.IpText;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Addresses of hosts: with the length of their network's prefix, or without. */
final class VipText {
  private static final String WITH_PREFIX =
      "an address with its network's prefix (\"10.0.0.100/24\" or \"fd00::100/64\")";
  private static final String WITHOUT = "an address (\"10.0.0.12\" or \"fd00::12\")";

  /** A virtual address. */
  static final Scalar<Network> ADDRESS =
      Scalars.text(WITH_PREFIX, "[0-9a-fA-F:.]+/[0-9]{1,3}", VipText::address);

  /** Another node's. */
  static final Scalar<InetAddress> NEIGHBOUR =
      Scalars.text(WITHOUT, "[0-9a-fA-F:.]+", text -> literal(text, WITHOUT));

  private VipText() {}

  private static Parsed<Network> address(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Parsed.bad("expected %s, found '%s'".formatted(WITH_PREFIX, Spelling.quotable(text)));
    }
    Parsed<InetAddress> address = literal(text.substring(0, slash), WITH_PREFIX);
    if (address instanceof Parsed.Bad<InetAddress>(String message)) {
      return Parsed.bad(message);
    }
    InetAddress literal = ((Parsed.Good<InetAddress>) address).value();
    int bits = literal.getAddress().length * Byte.SIZE;
    String prefix = text.substring(slash + 1);
    return prefix.matches("[1-9][0-9]{0,2}") && Integer.parseInt(prefix) <= bits
        ? ofHost(new Network(literal, Integer.parseInt(prefix)))
        : Parsed.bad(
            "expected a prefix length from 1 to %d, found '%s'"
                .formatted(bits, Spelling.quotable(prefix)));
  }

  /**
   * Not the network's own address, nor its broadcast address: of IPv4, and of networks of more than
   * two addresses (RFC 3021).
   */
  private static Parsed<Network> ofHost(Network network) {
    byte[] bytes = network.address().getAddress();
    int hostBits = bytes.length * Byte.SIZE - network.prefixBits();
    if (bytes.length != 4 || hostBits < 2) {
      return Parsed.good(network);
    }
    int mask = (int) ((1L << hostBits) - 1);
    int host = ByteBuffer.wrap(bytes).getInt() & mask;
    if (host != 0 && host != mask) {
      return Parsed.good(network);
    }
    return Parsed.bad(
        "'%s/%d' is %s, which no host can have"
            .formatted(
                IpText.of(network.address()),
                network.prefixBits(),
                host == 0
                    ? "the address of the network itself"
                    : "its network's broadcast address"));
  }

  private static Parsed<InetAddress> literal(String text, String expected) {
    if (!AddressText.ipv4(text) && (text.contains("%") || !AddressText.ipv6(text))) {
      return Parsed.bad("expected %s, found '%s'".formatted(expected, Spelling.quotable(text)));
    }
    InetAddress address = InetAddress.ofLiteral(text);
    return address.isAnyLocalAddress()
            || address.isMulticastAddress()
            || address.isLoopbackAddress()
        ? Parsed.bad("'%s' is no address that one host of a network has".formatted(text))
        : Parsed.good(address);
  }
}
