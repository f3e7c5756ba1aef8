package io.steelyard.control.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request and its response as HTTP/1.1 (RFC 9112), read no further than somebody asks for. For
 * asking servers, not for passing anything on: it is lenient where that does no harm.
 */
public final class HttpTalk {
  /** Bytes of a body that are looked at. */
  public static final int BODY_BYTES_MAX = 64 * 1024;

  private static final int LINE_BYTES_MAX = 1024;
  private static final int FIELDS_MAX = 128;
  private static final int INTERIM_MAX = 8;

  /** RFC 9112 section 4: HTTP-version SP status-code SP [reason-phrase]. */
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");

  private final InputStream in;
  private final String method;

  /** Whether the other side has ended what it says. */
  private boolean ended;

  private HttpTalk(InputStream in, String method) {
    this.in = in;
    this.method = method;
  }

  /**
   * What is asked.
   *
   * @param host the Host field's value
   * @param fields further header fields; none that frames the message
   */
  public record Request(String method, String path, String host, List<Field> fields) {
    public Request {
      fields = List.copyOf(fields);
    }

    /** GET without further header fields. */
    public static Request get(String path, String host) {
      return new Request("GET", path, host, List.of());
    }

    String text() {
      StringBuilder text = new StringBuilder();
      text.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
      append(text, "Host", host);
      if (fields.stream().noneMatch(f -> f.name().equalsIgnoreCase("User-Agent"))) {
        append(text, "User-Agent", "steelyard-check");
      }
      if (method.equals("POST")) {
        append(text, "Content-Length", "0");
      }
      append(text, "Connection", "close");
      fields.forEach(f -> append(text, f.name(), f.value()));
      return text.append("\r\n").toString();
    }

    private static void append(StringBuilder text, String name, String value) {
      text.append(name).append(": ").append(value).append("\r\n");
    }
  }

  /** A header field. */
  public record Field(String name, String value) {}

  /** Sends a request; nothing of the response is read yet. */
  public static HttpTalk ask(Link link, Request request) throws IOException {
    link.out().write(request.text().getBytes(StandardCharsets.UTF_8));
    return new HttpTalk(link.in(), request.method());
  }

  /** The final response's status code; its header fields have not been read. Once. */
  public int status() throws IOException {
    int code = statusLine();
    for (int interim = 0; code < 200 && code != 101; interim++) {
      if (interim == INTERIM_MAX) {
        throw new Disagreement("answered nothing but interim responses");
      }
      if (!fieldsFollow()) {
        return code;
      }
      code = statusLine();
    }
    return code;
  }

  private boolean fieldsFollow() throws IOException {
    fields();
    return !ended;
  }

  private int statusLine() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      throw new Disagreement("closed without an answer");
    }
    Matcher status = STATUS_LINE.matcher(line);
    if (!status.matches()) {
      throw new Disagreement("answered something that is not HTTP/1");
    }
    return Integer.parseInt(status.group(1));
  }

  /** The body, or as much of it as {@link #BODY_BYTES_MAX}; after {@link #status}. Once. */
  public String body(int status) throws IOException {
    Framing framing = fields();
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return "";
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (framing.chunked) {
      chunks(body);
    } else {
      take(body, Math.min(framing.length, BODY_BYTES_MAX));
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  /** How the end of a body is known: by chunks, by its length, or (the most) by the close. */
  private record Framing(boolean chunked, long length) {
    static final Framing UNTIL_CLOSE = new Framing(false, Long.MAX_VALUE);
  }

  private Framing fields() throws IOException {
    Framing framing = Framing.UNTIL_CLOSE;
    for (int i = 0; i <= FIELDS_MAX; i++) {
      String line = line();
      if (line.isEmpty()) {
        return framing;
      }
      framing = framing(framing, line.toLowerCase(Locale.ROOT));
    }
    throw new Disagreement("answered more than " + FIELDS_MAX + " header fields");
  }

  private static Framing framing(Framing before, String line) throws Disagreement {
    if (line.startsWith("transfer-encoding:") && line.strip().endsWith("chunked")) {
      return new Framing(true, 0);
    }
    if (line.startsWith("content-length:") && !before.chunked) {
      return new Framing(false, length(line.substring("content-length:".length()).strip(), 10));
    }
    return before;
  }

  private void chunks(ByteArrayOutputStream body) throws IOException {
    while (body.size() < BODY_BYTES_MAX) {
      String size = line();
      int end = size.indexOf(';');
      long length = length((end < 0 ? size : size.substring(0, end)).strip(), 16);
      if (length == 0) {
        return;
      }
      long taken = Math.min(length, BODY_BYTES_MAX - body.size());
      take(body, taken);
      if (taken == length && !line().isEmpty()) {
        throw new Disagreement("answered with broken chunks");
      }
    }
  }

  private static long length(String text, int radix) throws Disagreement {
    try {
      long length = Long.parseLong(text, radix);
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Disagreement("answered with a broken length");
  }

  /** Up to {@code bytes} further bytes: fewer when the other side closes. */
  private void take(ByteArrayOutputStream body, long bytes) throws IOException {
    body.writeBytes(in.readNBytes((int) bytes));
  }

  /** The next line without its end; of a longer one its first {@link #LINE_BYTES_MAX} bytes. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b = in.read();
    while (b >= 0 && b != '\n' && line.length() < LINE_BYTES_MAX) {
      line.append((char) b);
      b = in.read();
    }
    ended = b < 0;
    skipLine(b);
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  private void skipLine(int last) throws IOException {
    int b = last;
    for (int skipped = 0; b >= 0 && b != '\n' && skipped < BODY_BYTES_MAX; skipped++) {
      b = in.read();
    }
  }
}
