package io.steelyard.proxy;

import java.util.concurrent.TimeUnit;

/** The forms of the access log's lines. */
final class LogText {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int GATEWAY_TIMEOUT = 504;

  private final Line line;
  private final LogTime time = new LogTime();

  LogText(Line line) {
    this.line = line;
  }

  /** An object with the same keys in every line. */
  void json(String listener, LogRecord r, long nowMs) {
    byte[] b = r.bytes;
    line.raw("{\"time\":\"");
    time.iso(line, nowMs);
    line.raw("\"").field("listener", listener);
    line.field("client", r.client.text(), 0, r.client.text().length);
    line.field("method", b, 0, r.methodTo);
    line.field("host", b, r.methodTo, r.hostTo);
    line.field("path", b, r.hostTo, r.pathTo);
    line.field("id", r.id, 0, r.idLength);
    line.field("status", r.status);
    line.field("pool", r.pool == null ? "" : r.pool);
    line.field("server", r.server == null ? "" : r.server.id().server());
    line.field("attempts", r.attempts).field("sticky", r.sticky == null ? "" : r.sticky.label());
    line.field("request_bytes", r.requestBytes).field("response_bytes", r.responseBytes);
    line.duration("queue_ms", r.queueNs).duration("connect_ms", r.connectNs);
    line.duration("first_byte_ms", r.firstByteNs).duration("total_ms", r.totalNs);
    line.field("ended_by", r.endedBy.label());
    line.field("cause", blamed(r) ? "" : r.endedBy.prefix(), r.cause == null ? "" : r.cause);
    line.raw("}");
  }

  /** Whether the cause names the side by itself. */
  private static boolean blamed(LogRecord r) {
    return r.endedBy == Side.NONE || (r.cause != null && r.cause.contains(r.endedBy.label()));
  }

  /** The combined log format of the Apache and nginx web servers. */
  void combined(LogRecord r, long nowMs) {
    line.bytes(r.client.ip()).raw(" - - [");
    time.common(line, nowMs).raw(" +0000] \"");
    if (r.request()) {
      line.backslashed(r.bytes, 0, r.methodTo).raw(" ");
      line.backslashed(r.bytes, r.hostTo, r.pathTo).raw(" HTTP/1.").number(r.minor);
    } else {
      line.raw("-");
    }
    line.raw("\" ").number(r.status).raw(" ").number(r.responseBytes);
    quoted(r.bytes, r.pathTo, r.refererTo);
    quoted(r.bytes, r.refererTo, r.agentTo);
  }

  private void quoted(byte[] b, int from, int to) {
    line.raw(" \"");
    if (from == to) {
      line.raw("-");
    }
    line.backslashed(b, from, to).raw("\"");
  }

  /**
   * HAProxy's HTTP log format, without the prefix of syslog. Connections are those of this loop,
   * but for the server's.
   */
  void haproxyHttp(String listener, LogRecord r, long nowMs, int all, int own) {
    haproxyFrom(listener, r, nowMs);
    line.raw(" 0/");
    millis(r.queueNs).raw("/");
    millis(r.connectNs).raw("/");
    millis(r.serverNs).raw("/");
    millis(r.totalNs).raw(" ").number(r.status).raw(" ");
    line.number(r.headBytes + r.responseBytes).raw(" - - ");
    line.raw(blame(r)).raw(phase(r)).raw("-- ");
    haproxyCounts(r, all, own);
    line.raw(" \"");
    if (r.request()) {
      line.hashed(r.bytes, 0, r.methodTo).raw(" ");
      line.hashed(r.bytes, r.hostTo, r.pathTo).raw(" HTTP/1.").number(r.minor);
    } else {
      line.raw("<BADREQ>");
    }
    line.raw("\"");
  }

  /** HAProxy's TCP log format; connections as in {@link #haproxyHttp}. */
  void haproxyTcp(String listener, LogRecord r, long nowMs, int all, int own) {
    haproxyFrom(listener, r, nowMs);
    line.raw(" ");
    millis(r.queueNs).raw("/");
    millis(r.connectNs).raw("/");
    millis(r.totalNs).raw(" ").number(r.responseBytes).raw(" ");
    line.raw(blame(r)).raw(phase(r)).raw(" ");
    haproxyCounts(r, all, own);
  }

  private void haproxyFrom(String listener, LogRecord r, long nowMs) {
    long startMs = nowMs - TimeUnit.NANOSECONDS.toMillis(r.totalNs);
    line.bytes(r.client.ip()).raw(":").number(r.client.port()).raw(" [");
    time.common(line, startMs).raw(".").millis((int) Math.floorMod(startMs, 1000L)).raw("] ");
    line.word(listener).raw(" ").word(r.pool == null ? listener : r.pool).raw("/");
    line.word(r.server == null ? "<NOSRV>" : r.server.id().server());
  }

  private Line millis(long ns) {
    return line.number(ns < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(ns));
  }

  private void haproxyCounts(LogRecord r, int all, int own) {
    line.number(all).raw("/").number(own).raw("/");
    line.number(r.poolCounters == null ? 0 : r.poolCounters.inFlight).raw("/");
    line.number(r.server == null ? 0 : r.server.state().inFlight()).raw("/");
    line.number(Math.max(0, r.attempts - 1)).raw(" 0/0");
  }

  /** The first character of HAProxy's termination state. */
  private static String blame(LogRecord r) {
    boolean late = r.status == REQUEST_TIMEOUT || r.status == GATEWAY_TIMEOUT;
    if (!r.broken) {
      return "-";
    }
    return switch (r.endedBy) {
      case NONE -> "-";
      case CLIENT -> late ? "c" : "C";
      case SERVER -> late ? "s" : "S";
      case BALANCER -> "P";
    };
  }

  /** The second one: in the request, the connect, the response's head, the data. */
  private static String phase(LogRecord r) {
    if (!r.broken) {
      return "-";
    }
    if (r.attempts == 0) {
      return "R";
    }
    if (r.connectNs < 0) {
      return "C";
    }
    return r.request() && r.firstByteNs < 0 ? "H" : "D";
  }
}
