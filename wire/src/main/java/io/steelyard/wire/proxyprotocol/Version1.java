package io.steelyard.wire.proxyprotocol;

import io.steelyard.wire.proxyprotocol.ProxyHeader.Ends;
import io.steelyard.wire.proxyprotocol.ProxyRead.Malformed;
import io.steelyard.wire.proxyprotocol.ProxyRead.Partial;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Version 1, a line of text (section 2.1). */
final class Version1 {
  static final byte[] BEGIN = ascii("PROXY ");

  /** With its end of line. */
  private static final int BYTES_MAX = 107;

  private static final String OCTET = "(?:0|[1-9][0-9]{0,2})";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

  /** An IPv4 address within one of IPv6 may be written with dots, as inet_ntop does. */
  private static final Pattern IPV6 = Pattern.compile("(?=[^:]*:)[0-9A-Fa-f:.]{2,45}");

  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
  private static final int PORT_MAX = 65535;
  private static final int FIELDS = 6;

  private Version1() {}

  static ProxyRead read(byte[] bytes, int size) {
    int end = end(bytes, size);
    if (end < 0) {
      return size < BYTES_MAX ? new Partial() : new Malformed("a line that does not end");
    }
    if (end + 1 >= size) {
      return new Partial();
    }
    if (bytes[end + 1] != '\n') {
      return new Malformed("a carriage return within the line");
    }
    String line = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    return header(line)
        .map(header -> ProxyReader.read(header, end + 2))
        .orElseGet(() -> new Malformed("a line that says no addresses"));
  }

  /** Where the line ends; -1 if it does not yet. */
  private static int end(byte[] bytes, int size) {
    for (int i = 0; i < Math.min(size, BYTES_MAX - 1); i++) {
      if (bytes[i] == '\r') {
        return i;
      }
    }
    return -1;
  }

  private static Optional<ProxyHeader> header(String line) {
    String[] fields = line.split(" ", -1);
    if (fields[1].equals("UNKNOWN")) {
      return Optional.of(ProxyHeader.OWN);
    }
    boolean four = fields[1].equals("TCP4");
    if (fields.length != FIELDS || !(four || fields[1].equals("TCP6"))) {
      return Optional.empty();
    }
    Optional<InetAddress> source = address(four, fields[2]);
    Optional<InetAddress> destination = address(four, fields[3]);
    Optional<Integer> from = port(fields[4]);
    Optional<Integer> to = port(fields[5]);
    if (source.isEmpty() || destination.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    if (source.get().getClass() != destination.get().getClass()) {
      // Java takes an IPv4 address in an IPv6 one for what it is; the other is none.
      return Optional.of(ProxyHeader.OWN);
    }
    return Optional.of(
        ProxyHeader.of(
            new InetSocketAddress(source.get(), from.get()),
            new InetSocketAddress(destination.get(), to.get())));
  }

  private static Optional<InetAddress> address(boolean four, String text) {
    if (!(four ? IPV4 : IPV6).matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(four ? Inet4Address.ofLiteral(text) : InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> port(String text) {
    return Optional.of(text)
        .filter(t -> PORT.matcher(t).matches())
        .map(Integer::valueOf)
        .filter(port -> port <= PORT_MAX);
  }

  static byte[] write(ProxyHeader header) {
    if (header.ends().isEmpty()) {
      return ascii("PROXY UNKNOWN\r\n");
    }
    Ends ends = header.ends().get();
    return ascii(
        "PROXY %s %s %s %d %d\r\n"
            .formatted(
                ends.source().getAddress() instanceof Inet4Address ? "TCP4" : "TCP6",
                text(ends.source().getAddress()),
                text(ends.destination().getAddress()),
                ends.source().getPort(),
                ends.destination().getPort()));
  }

  /** Without the zone of a link-local one, which says nothing elsewhere. */
  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
