package io.steelyard.wire.http1;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link RequestHead} should make of a request, said slowly. */
final class NaiveRequest {
  private static final Pattern LINE =
      Pattern.compile("(" + NaiveHead.TOKEN + ") ([\\x21\\x22\\x24-\\x7e]+) HTTP/1\\.([01])");
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.]{2,}\\]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})*)(:([0-9]{0,5}))?");
  private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]*)(.*)");
  private static final Set<String> HOP =
      Set.of("connection", "keep-alive", "proxy-connection", "proxy-authorization", "te");
  private static final Set<String> CLAIMS = Set.of("forwarded", "x-real-ip");

  private static final Set<String> KNOWN =
      Set.of(
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "content-length",
          "transfer-encoding",
          "x-request-id");

  final NaiveHead head;
  String method;
  String path;
  String host = "";
  String authority = "";
  boolean absolute;
  boolean upgrade;
  boolean close;
  boolean expectContinue;
  String requestId = "";
  long contentLength;
  int minor;

  private NaiveRequest(NaiveHead head) {
    this.head = head;
  }

  /** Null when refused; a head of length 0 when not complete. */
  static NaiveRequest read(String text) {
    int skipped = 0;
    while (text.startsWith("\r\n", skipped)) {
      skipped += 2;
    }
    if (skipped > 8) {
      return null;
    }
    NaiveHead head = NaiveHead.read(text, LINE, skipped);
    if (head == null) {
      return null;
    }
    NaiveRequest request = new NaiveRequest(head);
    return head.length == 0 || request.understand() ? request : null;
  }

  private boolean understand() {
    method = head.start.group(1);
    minor = Integer.parseInt(head.start.group(3));
    List<String> hosts = head.values("host");
    boolean hostGood =
        hosts.size() <= 1 && hosts.size() >= minor && hosts.stream().allMatch(this::authority);
    return hostGood
        && method.length() <= 32
        && target(head.start.group(2))
        && framing()
        && head.connectionIsGood()
        && (minor == 0 || head.values("expect").stream().allMatch("100-continue"::equalsIgnoreCase))
        && (!counted() || maxForwardsIsGood())
        && meaning();
  }

  private boolean counted() {
    return method.equals("OPTIONS") || method.equals("TRACE");
  }

  private boolean maxForwardsIsGood() {
    List<String> all = head.values("max-forwards");
    return all.size() <= 1 && all.stream().allMatch(v -> v.matches("[0-9]{1,9}"));
  }

  private boolean authority(String text) {
    Matcher matcher = AUTHORITY.matcher(text);
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2) != null)) {
      return false;
    }
    String port = matcher.group(3);
    host = matcher.group(1);
    authority = text;
    return port == null || port.isEmpty() || Integer.parseInt(port) <= 65_535;
  }

  private boolean target(String target) {
    path = target;
    if (method.equals("CONNECT")) {
      String givenHost = host;
      String givenAuthority = authority;
      boolean good = authority(target) && !host.isEmpty() && target.matches(".*:[0-9]+");
      if (head.has("host")) {
        host = givenHost;
        authority = givenAuthority;
      }
      path = "";
      return good;
    }
    Matcher matcher = ABSOLUTE.matcher(target);
    if (matcher.matches()) {
      absolute = true;
      path = matcher.group(2);
      return authority(matcher.group(1)) && !host.isEmpty();
    }
    return target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"));
  }

  private boolean framing() {
    boolean chunked = head.has("transfer-encoding");
    List<String> lengths = head.values("content-length");
    contentLength = chunked ? -1 : lengths.isEmpty() ? 0 : decimal(lengths.getFirst());
    return head.codingIsGood()
        && head.lengthsAreDigits()
        && lengths.size() <= 1
        && !(chunked && (minor == 0 || !lengths.isEmpty()))
        && !(method.equals("CONNECT") && contentLength != 0);
  }

  private static long decimal(String digits) {
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -2;
  }

  private boolean meaning() {
    List<String> nominated = head.nominated();
    boolean h2c =
        head.values("upgrade").stream()
            .anyMatch(v ->
                List.of(v.toLowerCase(Locale.ROOT).split("[^a-z0-9!#$%&'*+.^_`|~-]"))
                    .contains("h2c"));
    upgrade =
        minor == 1
            && head.connectionSays("upgrade")
            && head.has("upgrade")
            && !h2c
            && contentLength == 0
            && !method.equals("CONNECT");
    close = head.connectionSays("close") || (minor == 0 && !head.connectionSays("keep-alive"));
    expectContinue =
        minor == 1
            && contentLength != 0
            && !nominated.contains("expect")
            && head.values("expect").stream().anyMatch("100-continue"::equalsIgnoreCase);
    List<String> ids = head.values("x-request-id");
    if (ids.size() == 1
        && ids.getFirst().matches("[\\x21-\\x7e]{1,128}")
        && !nominated.contains("x-request-id")) {
      requestId = ids.getFirst();
    }
    return true;
  }

  private boolean goes(NaiveHead.Field field, boolean trusted) {
    String loosely = field.name().replace('_', '-');
    if (!loosely.equals(field.name()) && (KNOWN.contains(loosely) || claims(loosely))) {
      return true;
    }
    return switch (field.name()) {
      case "upgrade" -> !upgrade;
      case "x-forwarded-for" -> true;
      case "x-request-id" -> requestId.isEmpty();
      case "expect" -> minor == 0;
      case "max-forwards" -> counted();
      case "host" -> absolute;
      default -> HOP.contains(field.name()) || (!trusted && claims(field.name()));
    };
  }

  private static boolean claims(String name) {
    return CLAIMS.contains(name) || name.startsWith("x-forwarded-");
  }

  String written(boolean trusted) {
    String kept = head.kept(field -> goes(field, trusted));
    StringBuilder out = new StringBuilder();
    out.append(method).append(' ').append(writtenTarget()).append(" HTTP/1.1\r\n");
    if (absolute) {
      out.append("Host: ").append(authority).append("\r\n").append(kept);
    } else {
      out.append(kept);
      if (!head.has("host")) {
        out.append("Host: ").append(authority.isEmpty() ? "fallback" : authority).append("\r\n");
      }
    }
    if (upgrade) {
      out.append("Connection: upgrade\r\n");
    }
    if (counted() && head.has("max-forwards")) {
      int left = Integer.parseInt(head.values("max-forwards").getFirst());
      out.append(left == 0 ? "" : "Max-Forwards: " + (left - 1) + "\r\n");
    }
    out.append("X-Forwarded-For: ").append(addresses(trusted)).append("\r\n");
    claim(out, "X-Forwarded-Proto", "http", trusted);
    claim(out, "X-Forwarded-Port", "8080", trusted);
    claim(out, "X-Forwarded-Host", authority, trusted);
    if (requestId.isEmpty()) {
      out.append("X-Request-Id: ").append(Http.MADE_ID).append("\r\n");
    }
    return out.append("\r\n").toString();
  }

  private String writtenTarget() {
    if (!absolute) {
      return head.start.group(2);
    }
    if (path.isEmpty()) {
      return method.equals("OPTIONS") ? "*" : "/";
    }
    return path.startsWith("?") ? "/" + path : path;
  }

  private String addresses(boolean trusted) {
    StringBuilder addresses = new StringBuilder();
    if (trusted && !head.nominated().contains("x-forwarded-for")) {
      for (String value : head.values("x-forwarded-for")) {
        addresses.append(value.isEmpty() ? "" : value + ", ");
      }
    }
    return addresses.append("10.0.0.1").toString();
  }

  private void claim(StringBuilder out, String name, String value, boolean trusted) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean there = trusted && head.has(lower) && !head.nominated().contains(lower);
    if (!there && !value.isEmpty()) {
      out.append(name).append(": ").append(value).append("\r\n");
    }
  }
}
