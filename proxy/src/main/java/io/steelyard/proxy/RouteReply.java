package io.steelyard.proxy;

import io.steelyard.core.route.Action;
import io.steelyard.core.route.Route;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.wire.http1.HeadChange;
import io.steelyard.wire.http1.Http1;
import io.steelyard.wire.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * What the balancer answers by itself to the requests of a route. Loop thread only; allocates
 * nothing per request.
 */
final class RouteReply {
  /** For the log. */
  static final String REDIRECTS = "the route redirects";

  static final String ANSWERS = "the route answers";

  private static final byte[] CLOSE = bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");
  private static final byte[] LOCATION = bytes("Location: ");
  private static final byte[] REQUEST_ID = bytes("X-Request-Id: ");
  private static final byte[] CRLF = bytes("\r\n");

  private final int status;

  /** Null: it leads nowhere. */
  private final Location location;

  /** Up to the fields that depend on the request. */
  private final byte[] head;

  private final byte[] body;

  private RouteReply(int status, Location location, String type, String text, HeadChange lines) {
    this.status = status;
    this.location = location;
    boolean bodiless = status == 204 || status == 304;
    this.body = bodiless ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    String start =
        "HTTP/1.1 "
            + status
            + " "
            + Http1.reason(status)
            + "\r\n"
            + (type.isEmpty() || bodiless ? "" : "Content-Type: " + type + "\r\n")
            + (bodiless ? "" : "Content-Length: " + body.length + "\r\n");
    byte[] first = bytes(start);
    this.head = new byte[first.length + lines.linesLength()];
    lines.writeLines(head, put(first, head, 0));
  }

  /** For a route that leads to no pool. */
  static RouteReply of(Route route, HeadChange lines) {
    return switch (route.action()) {
      case Action.Redirect(var to, int status) ->
          new RouteReply(
              status,
              new Location(to, route.ownPathBytes()),
              "text/plain; charset=utf-8",
              status + " " + Http1.reason(status) + "\n",
              lines);
      case Action.Respond(int status, String type, String body) ->
          new RouteReply(status, null, type, body, lines);
      case Action.Pools _ -> throw new IllegalArgumentException("servers answer");
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int put(byte[] bytes, byte[] out, int at) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
    return at + bytes.length;
  }

  int status() {
    return status;
  }

  String cause() {
    return location == null ? ANSWERS : REDIRECTS;
  }

  /** Why it cannot answer this request, as a status: 400, 414; 0 when it can. */
  int refuses(RequestHead request, byte[] in, byte[] scratch) {
    if (location == null) {
      return 0;
    }
    if (location.needsHost() && request.hostFrom() == request.hostTo()) {
      return 400;
    }
    return location.write(request, in, scratch, 0) < 0 ? 414 : 0;
  }

  static String whyRefused(int status) {
    return status == 400
        ? "the request names no host to redirect to"
        : "the redirect's target would be too long";
  }

  /** Where it leads; empty: nowhere. For people: allocates. */
  String leadsTo(RequestHead request, byte[] in, byte[] scratch) {
    int end = location == null ? 0 : Math.max(0, location.write(request, in, scratch, 0));
    return new String(scratch, 0, end, StandardCharsets.US_ASCII);
  }

  /**
   * Sends the answer to the request that was parsed last, which it does not refuse.
   *
   * @return false without buffers; then something may have been sent
   */
  boolean send(ProxyLoop ctx, Connection connection, RequestHead request, Exchange x) {
    byte[] out = ctx.out();
    int o = put(head, out, 0);
    if (location != null) {
      o = location.write(request, ctx.in(), out, put(LOCATION, out, o));
      o = put(CRLF, out, o);
    }
    o = put(REQUEST_ID, out, o);
    System.arraycopy(x.id, 0, out, o, x.idLength);
    o = put(CRLF, out, o + x.idLength);
    if (x.closeClient) {
      o = put(CLOSE, out, o);
    } else if (x.clientMinor == 0) {
      o = put(KEEP_ALIVE, out, o);
    }
    o = put(CRLF, out, o);
    x.headBytes = o;
    x.responseBytes = x.headMethod ? 0 : body.length;
    return send(ctx, connection, o, (int) x.responseBytes);
  }

  private boolean send(ProxyLoop ctx, Connection connection, int headBytes, int bodyBytes) {
    Buffer b = ctx.loop().takeBuffer();
    if (b == null) {
      return false;
    }
    int sent = Math.min(bodyBytes, Buffer.CAPACITY - headBytes);
    Buffers.fill(b, ctx.out(), headBytes);
    b.copyFrom(body, 0, headBytes, sent);
    connection.send(b.range(0, headBytes + sent), sent < bodyBytes);
    while (sent < bodyBytes) {
      Buffer next = ctx.loop().takeBuffer();
      if (next == null) {
        return false;
      }
      int n = Math.min(bodyBytes - sent, Buffer.CAPACITY);
      next.copyFrom(body, sent, 0, n);
      sent += n;
      connection.send(next.range(0, n), sent < bodyBytes);
    }
    return true;
  }
}
