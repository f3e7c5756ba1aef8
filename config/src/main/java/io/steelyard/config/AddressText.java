package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as they are written in a configuration; never looks a name up. */
final class AddressText {
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([^\\]]*)\\]|([^:\\[\\]]*)):([0-9]{1,9})");
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){0,30}\\.?");
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]+(%[A-Za-z0-9._-]{1,15})?");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** The longest that a UNIX socket's address holds, without its closing zero. */
  private static final int UNIX_PATH_BYTES_MAX = 107;

  private static final int OWN_PATH_BYTES_MAX = 90;

  /** Where to listen: the host may be left out. */
  static final Scalar<Address> LISTEN =
      Scalars.text(
          "an address (\":port\", \"host:port\", \"[v6]:port\" or \"unix:/path\")",
          "(\\[[^\\]]+\\]|[^:\\[\\]]*):[0-9]+|unix:/.+",
          text -> parse(text, "\":port\", \"host:port\", \"[v6]:port\" or \"unix:/path\"", false));

  /**
   * Where to listen over TCP. A UNIX socket is read, too: whoever asks for it says what is to be
   * written in its place.
   */
  static final Scalar<Address> LISTEN_TCP =
      Scalars.text(
          "an address (\":port\", \"host:port\" or \"[v6]:port\")",
          "(\\[[^\\]]+\\]|[^:\\[\\]]*):[0-9]+",
          text -> parse(text, "\":port\", \"host:port\" or \"[v6]:port\"", false));

  /** Where to connect to. */
  static final Scalar<Address> CONNECT =
      Scalars.text(
          "an address (\"host:port\", \"[v6]:port\" or \"unix:/path\")",
          "(\\[[^\\]]+\\]|[^:\\[\\]]+):[0-9]+|unix:/.+",
          text -> parse(text, "\"host:port\", \"[v6]:port\" or \"unix:/path\"", true));

  /** A UNIX socket to be made; its path is shorter since it is made under a longer one at first. */
  static final Scalar<Address.Unix> SOCKET =
      Scalars.text(
          "the absolute path of a UNIX socket, of " + OWN_PATH_BYTES_MAX + " bytes at most",
          "/.+",
          AddressText::socket);

  private AddressText() {}

  private static Parsed<Address.Unix> socket(String path) {
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    boolean good =
        path.startsWith("/")
            && !path.endsWith("/")
            && !CONTROL.matcher(path).find()
            && bytes <= OWN_PATH_BYTES_MAX;
    return good
        ? Parsed.good(new Address.Unix(path))
        : Parsed.bad(
            "expected the absolute path of a UNIX socket, of %d bytes at most, found '%s'"
                .formatted(OWN_PATH_BYTES_MAX, Spelling.quotable(path)));
  }

  /** {@code forms} are for messages. */
  static Parsed<Address> parse(String text, String forms, boolean hostNeeded) {
    if (text.startsWith("unix:")) {
      return unix(text.substring("unix:".length()));
    }
    Matcher m = HOST_PORT.matcher(text);
    if (!m.matches()) {
      return Parsed.bad(
          "expected %s, found '%s'%s".formatted(forms, Spelling.quotable(text), hint(text)));
    }
    String v6 = m.group(1);
    String host = v6 != null ? v6 : m.group(2);
    int port = Integer.parseInt(m.group(3));
    if (port < 1 || port > 65_535) {
      return Parsed.bad("expected a port from 1 to 65535, found '" + m.group(3) + "'");
    }
    if (hostNeeded && host.isEmpty()) {
      return Parsed.bad("expected a host before the port in '" + Spelling.quotable(text) + "'");
    }
    boolean good = v6 != null ? ipv6(v6) : host.isEmpty() || hostName(host);
    if (host.equals("*")) {
      return Parsed.bad("every address is written \":" + port + "\", found '" + text + "'");
    }
    return good
        ? Parsed.good(new Address.Tcp(host, port))
        : Parsed.bad(
            "'%s' is neither a host name nor an address".formatted(Spelling.quotable(host)));
  }

  private static Parsed<Address> unix(String path) {
    if (!path.startsWith("/") || CONTROL.matcher(path).find()) {
      return Parsed.bad(
          "expected an absolute path after 'unix:', found '" + Spelling.quotable(path) + "'");
    }
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= UNIX_PATH_BYTES_MAX
        ? Parsed.good(new Address.Unix(path))
        : Parsed.bad(
            "the path of a UNIX socket has at most %d bytes, found %d"
                .formatted(UNIX_PATH_BYTES_MAX, bytes));
  }

  private static String hint(String text) {
    if (text.contains("://")) {
      return ": leave out the scheme";
    }
    if (text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")) {
      return ": an IPv6 address stands in brackets, \"[::1]:8080\"";
    }
    if (text.matches("[0-9]{1,5}")) {
      return ": a port alone is written \":" + text + "\"";
    }
    return text.matches("[^:]+|\\[.*\\]") ? ": the port is missing" : "";
  }

  static boolean hostName(String host) {
    return NUMERIC.matcher(host).matches()
        ? ipv4(host)
        : host.length() <= 253 && HOST_NAME.matcher(host).matches();
  }

  static boolean ipv4(String host) {
    return plainIpv4(host) || (IPV4.matcher(host).matches() && literal(host));
  }

  /** Four numbers up to 255 without zeros before them: what nearly all are, found quickly. */
  private static boolean plainIpv4(String host) {
    int numbers = 0;
    int from = 0;
    while (from < host.length() && numbers < 4) {
      int to = host.indexOf('.', from);
      int end = to < 0 ? host.length() : to;
      if (!isByte(host, from, end)) {
        return false;
      }
      numbers++;
      from = end + 1;
    }
    return numbers == 4 && from == host.length() + 1;
  }

  private static boolean isByte(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || to - from > 3) {
        return false;
      }
      value = 10 * value + digit;
    }
    return from < to && value <= 255 && (to - from == 1 || text.charAt(from) != '0');
  }

  static boolean ipv6(String host) {
    int zone = host.indexOf('%');
    return host.indexOf(':') >= 0
        && IPV6.matcher(host).matches()
        && literal(zone < 0 ? host : host.substring(0, zone));
  }

  private static boolean literal(String host) {
    try {
      return InetAddress.ofLiteral(host) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether only this machine can reach it. */
  static boolean loopback(Address.Tcp address) {
    String host = address.host();
    return host.equalsIgnoreCase("localhost")
        || ((ipv4(host) || ipv6(host))
            && !host.contains("%")
            && InetAddress.ofLiteral(host).isLoopbackAddress());
  }
}
