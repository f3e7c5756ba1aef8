package io.steelyard.proxy;

import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes the lines of one loop's access log into its ring. Loop thread only. */
final class LoopLog {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter COMBINED =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final AccessLogWriter writer;
  private final Line line = new Line();
  private LogRing ring;
  private long second = -1;
  private byte[] secondText = new byte[0];
  private byte[] combinedText = new byte[0];

  LoopLog(AccessLogWriter writer) {
    this.writer = writer;
  }

  /** An exchange that is over. */
  void exchange(Listener listener, Exchange x, SocketAddress client, long nowNs) {
    long nowMs = System.currentTimeMillis();
    line.clear();
    if (listener.accessLog() == AccessLog.JSON) {
      json(listener, x, client, nowNs, nowMs);
    } else {
      combined(listener, x, client, nowNs, nowMs);
    }
    offer();
  }

  /** What never became an exchange: a malformed head, a TCP client without a server. */
  void refused(Listener listener, int status, String cause, SocketAddress client) {
    long nowMs = System.currentTimeMillis();
    line.clear();
    if (listener.accessLog() == AccessLog.JSON) {
      begin(listener, client, nowMs);
      line.field("status", status).field("end", cause).raw("}\n");
    } else {
      line.bytes(Addresses.client(client)).raw(" - - [");
      time(nowMs);
      line.bytes(combinedText)
          .raw("] \"-\" ")
          .number(status)
          .raw(" 0 \"-\" \"-\" ")
          .raw(cause)
          .raw("\n");
    }
    offer();
  }

  private void offer() {
    if (ring == null) {
      ring = writer.ring();
    }
    ring.offer(line.bytes(), line.length());
    writer.wake();
  }

  private void begin(Listener listener, SocketAddress client, long nowMs) {
    time(nowMs);
    line.raw("{\"time\":\"").bytes(secondText).raw(".").millis((int) (nowMs % 1000)).raw("Z\"");
    line.field("listener", listener.name())
        .raw(",\"client\":\"")
        .bytes(Addresses.text(client))
        .raw("\"");
  }

  private void time(long nowMs) {
    if (nowMs / 1000 != second) {
      second = nowMs / 1000;
      Instant at = Instant.ofEpochSecond(second);
      secondText = SECONDS.format(at).getBytes(StandardCharsets.US_ASCII);
      combinedText = COMBINED.format(at).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private void json(Listener listener, Exchange x, SocketAddress client, long nowNs, long nowMs) {
    LogRecord r = x.log;
    byte[] b = r.bytes();
    begin(listener, client, nowMs);
    line.field("method", b, 0, r.methodTo());
    line.field("host", b, r.methodTo(), r.hostTo());
    line.field("path", b, r.hostTo(), r.pathTo());
    line.field("id", b, r.pathTo(), r.idTo());
    line.field("status", x.status);
    line.field("pool", x.pool == null ? "" : x.pool.pool().name());
    line.field("server", x.server == null ? "" : x.server.id().server());
    line.field("attempts", x.attempts);
    line.field("request_bytes", x.requestBytes).field("response_bytes", x.responseBytes);
    line.duration("connect_ms", x.connectedNs == 0 ? 0 : x.connectedNs - x.startNs);
    line.duration("first_byte_ms", x.firstByteNs == 0 ? 0 : x.firstByteNs - x.startNs);
    line.duration("total_ms", nowNs - x.startNs);
    line.field("end", x.cause == null ? "complete" : x.cause).raw("}\n");
  }

  /** The combined format; for haproxy with timings and the server behind it. */
  private void combined(
      Listener listener, Exchange x, SocketAddress client, long nowNs, long nowMs) {
    LogRecord r = x.log;
    time(nowMs);
    line.bytes(Addresses.client(client)).raw(" - - [").bytes(combinedText).raw("] \"");
    line.escaped(r.bytes(), 0, r.methodTo()).raw(" ");
    line.escaped(r.bytes(), r.hostTo(), r.pathTo())
        .raw(" HTTP/1.")
        .number(x.clientMinor)
        .raw("\" ");
    line.number(x.status).raw(" ").number(x.responseBytes).raw(" \"-\" \"-\"");
    if (listener.accessLog() == AccessLog.HAPROXY) {
      line.raw(" ")
          .raw(listener.name())
          .raw(" ")
          .raw(x.pool == null ? "-" : x.pool.pool().name())
          .raw("/");
      line.raw(x.server == null ? "-" : x.server.id().server()).raw(" ");
      line.number(LoopServer.millis(x.connectedNs == 0 ? 0 : x.connectedNs - x.startNs)).raw("/");
      line.number(LoopServer.millis(x.firstByteNs == 0 ? 0 : x.firstByteNs - x.startNs)).raw("/");
      line.number(LoopServer.millis(nowNs - x.startNs));
    }
    line.raw("\n");
  }
}
