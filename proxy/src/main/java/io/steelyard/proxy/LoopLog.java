package io.steelyard.proxy;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;

/** Writes the lines of one loop's access log into its ring. Loop thread only. */
final class LoopLog {
  private final AccessLogWriter writer;
  private final Line line = new Line();
  private final LogText text = new LogText(line);
  private LogRing ring;

  LoopLog(AccessLogWriter writer) {
    this.writer = writer;
  }

  /**
   * Writes the record's line.
   *
   * @param all clients' connections of the loop
   * @param own those of the listener
   */
  void write(Listener listener, LogRecord r, int all, int own) {
    long nowMs = System.currentTimeMillis();
    line.clear();
    switch (listener.accessLog()) {
      case JSON -> text.json(listener.name(), r, nowMs);
      case COMBINED -> text.combined(r, nowMs);
      case HAPROXY -> haproxy(listener, r, nowMs, all, own);
      case NONE -> {
        return;
      }
    }
    line.end();
    if (ring == null) {
      ring = writer.ring();
    }
    ring.offer(line.bytes(), line.length());
    writer.wake();
  }

  private void haproxy(Listener listener, LogRecord r, long nowMs, int all, int own) {
    if (listener.protocol() != Protocol.HTTP) {
      text.haproxyTcp(listener.name(), r, nowMs, all, own);
    } else {
      text.haproxyHttp(listener.name(), r, nowMs, all, own);
    }
  }
}
