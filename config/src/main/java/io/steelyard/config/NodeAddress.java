package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import java.net.InetAddress;
import java.util.Locale;

/** Addresses that other machines reach: of TCP, never of UNIX sockets. */
final class NodeAddress {
  private static final String BIND_FORMS = "\":port\", \"host:port\" or \"[v6]:port\"";
  private static final String PEER_FORMS = "\"host:port\" or \"[v6]:port\"";

  /** Where to listen: the host may be left out. */
  static final Scalar<Address.Tcp> BIND =
      Scalars.text(
          "an address (" + BIND_FORMS + ")",
          "(\\[[^\\]]+\\]|[^:\\[\\]]*):[0-9]+",
          text -> parse(text, BIND_FORMS, false));

  /** Where a node listens. */
  static final Scalar<Address.Tcp> PEER =
      Scalars.text(
          "an address (" + PEER_FORMS + ")",
          "(\\[[^\\]]+\\]|[^:\\[\\]]+):[0-9]+",
          text -> parse(text, PEER_FORMS, true));

  private NodeAddress() {}

  private static Parsed<Address.Tcp> parse(String text, String forms, boolean hostNeeded) {
    if (text.startsWith("unix:")) {
      return Parsed.bad("expected %s, found '%s'".formatted(forms, Spelling.quotable(text)));
    }
    Parsed<Address> parsed = AddressText.parse(text, forms, hostNeeded);
    if (parsed instanceof Parsed.Bad<Address>(String message)) {
      return Parsed.bad(message);
    }
    Address.Tcp address = (Address.Tcp) ((Parsed.Good<Address>) parsed).value();
    return hostNeeded && everyAddress(address)
        ? Parsed.bad("expected the address of one node, found every address, '" + address + "'")
        : Parsed.good(address);
  }

  static boolean everyAddress(Address.Tcp address) {
    return literal(address) && InetAddress.ofLiteral(address.host()).isAnyLocalAddress();
  }

  /** The same for two spellings of an address, as far as can be told without looking names up. */
  static String identity(Address.Tcp address) {
    String host =
        literal(address)
            ? InetAddress.ofLiteral(address.host()).getHostAddress()
            : address.host().toLowerCase(Locale.ROOT);
    return host + " " + address.port();
  }

  /** A zone would be looked up among this machine's interfaces. */
  private static boolean literal(Address.Tcp address) {
    return !address.host().isEmpty() && !address.isName() && !address.host().contains("%");
  }
}
