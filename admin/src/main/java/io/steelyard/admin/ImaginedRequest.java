package io.steelyard.admin;

import io.steelyard.admin.Queries.Pair;
import io.steelyard.core.explain.Door;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.snapshot.Protocol;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request as the parameters of {@code /v1/explain} describe it. Whether it is a valid one the
 * data plane's own parser says.
 *
 * @param from the client's address
 */
record ImaginedRequest(Inquiry inquiry, InetAddress from) {
  private static final int FIELDS_MAX = 100;

  /** What would make another line, or another word of the first one. */
  private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

  private static final Pattern DOTTED = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");

  /** At the end of an authority. */
  private static final Pattern PORT = Pattern.compile(":([0-9]{1,9})$");

  private static final Pattern NO_METHOD = Pattern.compile("[\\x00-\\x20\\x7f]");

  private static final String EXPECTED =
      "The parameters are url, and if they matter method, from, listener, each given once, and"
          + " header, given as often as there are header fields.";

  static ImaginedRequest read(List<Pair> parameters) throws Problem {
    Map<String, String> given = new HashMap<>();
    List<String> fields = new ArrayList<>();
    for (Pair one : parameters) {
      switch (one.name()) {
        case "header" -> fields.add(one.value());
        case "url", "method", "from", "listener" -> {
          if (given.put(one.name(), one.value()) != null) {
            throw bad(EXPECTED);
          }
        }
        default -> throw bad(EXPECTED);
      }
    }
    if (!given.containsKey("url")) {
      throw bad(EXPECTED);
    }
    if (fields.size() > FIELDS_MAX) {
      throw bad("header is given more than " + FIELDS_MAX + " times.");
    }
    URI url = url(given.get("url"));
    InetAddress from = address(given.getOrDefault("from", "127.0.0.1"));
    Door door = door(url, Optional.ofNullable(given.get("listener")));
    String head =
        door.protocol() != Protocol.HTTP
            ? ""
            : head(given.getOrDefault("method", "GET"), url, fields);
    return new ImaginedRequest(new Inquiry(door, from, head), from);
  }

  private static Problem bad(String detail) {
    return new Problem(400, "Bad Request", detail);
  }

  private static URI url(String text) throws Problem {
    try {
      URI url = new URI(text);
      if (url.getScheme() != null && !authority(url).isEmpty()) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw bad("url is no URL: " + e.getReason() + " at character " + (e.getIndex() + 1) + ".");
    }
    throw bad("url is a whole URL, such as http://shop.example/cart or tcp://127.0.0.1:5432.");
  }

  private static Door door(URI url, Optional<String> listener) throws Problem {
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "http" -> new Door(listener, Protocol.HTTP, false, host(url), port(url, 80));
      case "https" -> new Door(listener, Protocol.HTTP, true, host(url), port(url, 443));
      case "tcp" -> new Door(listener, Protocol.TCP, false, host(url), port(url, -1));
      case "tls" -> new Door(listener, Protocol.TCP, true, host(url), port(url, -1));
      case "udp" -> new Door(listener, Protocol.UDP, false, host(url), port(url, -1));
      default -> throw bad("url begins with http, https, tcp, udp, or tls for TCP in TLS.");
    };
  }

  /** Of the authority's own text: names may have what Java takes for no host, as {@code my_app}. */
  private static int port(URI url, int usual) throws Problem {
    Matcher port = PORT.matcher(authority(url));
    if (!port.find()) {
      return usual;
    }
    try {
      return Integer.parseInt(port.group(1));
    } catch (NumberFormatException e) {
      throw bad("url has a port that is none.");
    }
  }

  private static Optional<InetAddress> host(URI url) {
    try {
      return Optional.of(InetAddress.ofLiteral(PORT.matcher(authority(url)).replaceFirst("")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static InetAddress address(String text) throws Problem {
    try {
      // Java takes 1 and 127.1 for addresses, too.
      if (text.contains(":") || DOTTED.matcher(text).matches()) {
        return InetAddress.ofLiteral(text);
      }
      throw new IllegalArgumentException(text);
    } catch (IllegalArgumentException e) {
      throw bad("from is an IP address, such as 192.0.2.7 or 2001:db8::7.");
    }
  }

  private static String head(String method, URI url, List<String> fields) throws Problem {
    if (method.isEmpty() || NO_METHOD.matcher(method).find()) {
      throw bad("method is one word, such as POST.");
    }
    boolean hostGiven = false;
    StringBuilder lines = new StringBuilder();
    for (String field : fields) {
      int colon = field.indexOf(':');
      if (colon <= 0 || CONTROLS.matcher(field).find()) {
        throw bad("header is one line with a colon, such as 'X-User: 42'.");
      }
      hostGiven |= field.substring(0, colon).equalsIgnoreCase("host");
      lines.append(field).append("\r\n");
    }
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String host = hostGiven ? "" : "Host: " + authority(url) + "\r\n";
    // RFC 9112 section 3.2.3.
    String target = method.equals("CONNECT") ? authority(url) : path + query;
    return method + " " + target + " HTTP/1.1\r\n" + host + lines + "\r\n";
  }

  /** Clients do not send what stands before the at sign. */
  private static String authority(URI url) {
    String raw = url.getRawAuthority() == null ? "" : url.getRawAuthority();
    return raw.substring(raw.lastIndexOf('@') + 1);
  }
}
