package io.steelyard.admin;

import com.sun.net.httpserver.Headers;
import io.steelyard.wire.http1.HeadLimits;
import io.steelyard.wire.http1.Http1;
import io.steelyard.wire.http1.RequestHead;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A request as it is read from a stream, by {@code wire}'s strict rules.
 *
 * @param body ends with it; to be read on the same thread
 */
record PlainRequest(String method, URI uri, Headers headers, String protocol, PlainBody body) {
  private static final HeadLimits LIMITS = new HeadLimits(16 * 1024, 64);

  /**
   * Reads a head; blocks.
   *
   * @param out where a client is told to go on that waits for that before it sends a body
   * @throws NotHttp when it is malformed, too large or beyond what is understood
   * @throws IOException when there is no whole one
   */
  static PlainRequest read(RewindInput in, OutputStream out) throws IOException, NotHttp {
    RequestHead head = new RequestHead(LIMITS);
    byte[] bytes = new byte[LIMITS.bytes()];
    int filled = 0;
    int length = 0;
    while (length == 0) {
      int n = in.read(bytes, filled, bytes.length - filled);
      if (n <= 0) {
        throw new EOFException("in the midst of a head");
      }
      filled += n;
      length = head.parse(bytes, 0, filled);
    }
    if (length < 0) {
      throw new NotHttp(-length, Http1.reason(-length), why(-length));
    }
    in.giveBack(Arrays.copyOfRange(bytes, length, filled));
    return new PlainRequest(
        text(bytes, head.methodFrom(), head.methodTo()),
        uri(text(bytes, head.pathFrom(), head.pathTo())),
        headers(text(bytes, 0, length)),
        "HTTP/1." + head.minor(),
        new PlainBody(in, head.contentLength(), head.expectContinue() ? out : null));
  }

  private static String why(int status) {
    return switch (status) {
      case 414, 431 ->
          "The head of a request has at most %d bytes and %d header fields."
              .formatted(LIMITS.bytes(), LIMITS.fields());
      case 505 -> "The version of HTTP is 1.1, or 1.0.";
      default -> "The request is not well-formed HTTP/1.1.";
    };
  }

  /** Whether the client may ask again over the same connection (RFC 9112 section 9.3). */
  boolean persistent() {
    return protocol.equals("HTTP/1.1")
        && headers.getOrDefault("Connection", List.of()).stream()
            .noneMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.ISO_8859_1);
  }

  private static URI uri(String target) throws NotHttp {
    try {
      URI uri = new URI(target.isEmpty() ? "/" : target);
      if (target.isEmpty() || (target.startsWith("/") && uri.getRawAuthority() == null)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new NotHttp(400, "Bad Request", "The target must be a path, encoded as a URI demands.");
  }

  /** Of a head that was found to be good: each field is on a line of its own. */
  private static Headers headers(String head) {
    Headers headers = new Headers();
    boolean requestLine = true;
    for (String line : head.stripLeading().split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (!requestLine && colon > 0) {
        headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
      }
      requestLine = false;
    }
    return headers;
  }
}
