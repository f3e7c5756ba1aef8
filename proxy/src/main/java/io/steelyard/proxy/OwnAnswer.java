package io.steelyard.proxy;

import io.steelyard.wire.http1.Http1;
import io.steelyard.wire.http1.Http1.Persistence;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.RequestIds;
import java.nio.charset.StandardCharsets;

/**
 * The balancer's own answers, with the id that the log has, and what is logged of them. They are
 * for failures: they allocate. Loop thread only.
 */
final class OwnAnswer {
  static final String NO_ROUTE = "no route matches this request";
  static final String NO_CONNECT = "CONNECT is not for a reverse proxy";
  static final String LAST_HOP = "Max-Forwards is 0: the balancer itself has to answer";

  private OwnAnswer() {}

  /**
   * The answer to the exchange's request: how it ends is known.
   *
   * @param lines that every answer of the listener has
   */
  static byte[] to(Exchange x, String lines) {
    String id = new String(x.id, 0, x.idLength, StandardCharsets.ISO_8859_1);
    Persistence stays = x.clientMinor == 0 ? Persistence.KEEP_ALIVE : Persistence.USUAL;
    Persistence connection = x.closeClient ? Persistence.CLOSE : stays;
    return x.headMethod
        ? Http1.errorResponseToHead(x.status, x.cause, connection, id, lines)
        : Http1.errorResponse(x.status, x.cause, connection, id, lines);
  }

  /** The answer went out. */
  static void sent(Exchange x, byte[] response) {
    x.headBytes = Http1.headLength(response);
    x.responseBytes = response.length - x.headBytes;
  }

  static byte[] newId(ProxyLoop ctx) {
    byte[] id = new byte[RequestIds.LENGTH];
    ctx.requestIds().next(id, 0);
    return id;
  }

  /** The answer to what is no request. */
  static byte[] toNone(int status, String cause, byte[] id, String lines) {
    String text = new String(id, StandardCharsets.ISO_8859_1);
    return Http1.errorResponse(status, cause, Persistence.CLOSE, text, lines);
  }

  /** Counts and logs the answer to what is no request; null when it could not be sent. */
  static void record(
      ProxyLoop ctx, ClientConnection client, int status, String cause, byte[] id, byte[] sent) {
    client.listener().countOwn(status);
    if (!client.listener().logs()) {
      return;
    }
    LogRecord r = ctx.refusals().clear();
    r.client = client.logAddress();
    r.id = id;
    r.idLength = id.length;
    r.status = status;
    r.headBytes = sent == null ? 0 : Http1.headLength(sent);
    r.responseBytes = sent == null ? 0 : sent.length - r.headBytes;
    r.totalNs = 0;
    r.end(Side.CLIENT, cause);
    r.broken = true;
    client.listener().log(r);
  }

  /** To a request that goes no further: what may be asked here is known, TRACE is not answered. */
  static int lastHop(RequestHead head) {
    return head.options() ? 200 : 405;
  }

  /** Why a head is refused, in words that the client may read, too. */
  static String whyRefused(int status) {
    return switch (status) {
      case 417 -> "the expectation is unknown: only 100-continue is";
      case 414 -> "the request line is too long";
      case 431 -> "the request's head is too large";
      case 501 -> "the transfer coding is unknown";
      case 505 -> "the version of HTTP is not 1.0 or 1.1";
      default -> "the request's head is malformed";
    };
  }
}
