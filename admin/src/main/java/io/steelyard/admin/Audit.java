package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.control.Event.Kind;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps account of who changed what, and of who was refused: in the audit log if there is one, as
 * events, and as counters. Any thread.
 *
 * <p>Where a log is configured and cannot be written, nothing may be changed any more: what cannot
 * be accounted for must not happen.
 */
final class Audit {
  private static final Logger LOG = System.getLogger("steelyard.admin");

  /** Between two lines about those who may not ask: they must not fill a disk. */
  private static final long REFUSED_EVERY_NS = 1_000_000_000;

  private static final int PATH_CHARS_MAX = 256;

  private final NodeView node;
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final LongAdder unwritten = new LongAdder();
  private volatile Optional<AuditLog> log = Optional.empty();
  private boolean refusedSaid;
  private long refusedSaidNs;
  private long refusedUnsaid;

  Audit(NodeView node) {
    this.node = node;
  }

  /** From now on; the same file goes on with what it owes, another one takes that over. */
  synchronized void writeTo(Optional<AuditLog> next) {
    Optional<AuditLog> now = log;
    boolean same = now.isPresent() && next.filter(now.get()::isSameAs).isPresent();
    if (!same) {
      log = next;
      now.ifPresent(former -> former.leaveTo(next.orElse(null)));
    }
  }

  /** What a change is accounted for in: the log and the revision as it began. */
  record Begun(Optional<AuditLog> log, long revision) {}

  /** Before a change: refuses it if it could not be accounted for. */
  Begun begin() throws Problem {
    Begun begun = new Begun(log, node.status().revision());
    if (begun.log().isEmpty()) {
      return begun;
    }
    try {
      begun.log().get().demandWritable();
      return begun;
    } catch (IOException e) {
      failed(e, "a change is refused");
      throw new Problem(
          503,
          "No Audit Log",
          "The audit log cannot be written, so nothing is changed: the log of the node says more.");
    }
  }

  /**
   * After a change, or a refused one. It may have been of the log itself: then it stands in the
   * former one, if there was one.
   */
  void changed(Begun begun, Caller caller, HttpExchange exchange, Change change, int status) {
    Map<String, Object> record = record(caller, exchange, status);
    record.put("change", change.summary());
    record.put("revision", begun.revision());
    record.put("from", change.from());
    record.put("to", change.to());
    write(begun.log().or(() -> log), record);
    String what = change.summary().isEmpty() ? "" : " " + change.summary();
    event(
        "%s from %s: %s %s%s: %d"
            .formatted(
                caller.who(),
                caller.from(),
                exchange.getRequestMethod(),
                path(exchange, status),
                what,
                status));
  }

  /** Whoever reads events may read them on a terminal. */
  private void event(String text) {
    node.events().add(Kind.AUDIT, text.replaceAll("\\p{Cntrl}", "?"));
  }

  /** Somebody may not ask. */
  void notAdmitted(HttpExchange exchange, NotAdmitted why) {
    refused.computeIfAbsent(why.getMessage(), r -> new LongAdder()).increment();
    long unsaid = toSay(System.nanoTime());
    if (unsaid < 0) {
      return;
    }
    String from = Access.text(exchange.getRemoteAddress());
    String text =
        "refused (%s) from %s: %s %s%s"
            .formatted(
                why.getMessage(),
                from,
                exchange.getRequestMethod(),
                path(exchange, why.answer().status()),
                unsaid == 0 ? "" : ", and " + unsaid + " others before");
    LOG.log(Level.WARNING, "admin API: {0}", text);
    if (!AdminHandler.reads(exchange)) {
      Map<String, Object> record =
          record(new Caller("nobody", from), exchange, why.answer().status());
      record.put("refused", why.getMessage());
      record.put("others_before", unsaid);
      write(log, record);
      event(text);
    }
  }

  /** How many were not spoken of since the last that was; -1 if this is not to be either. */
  private synchronized long toSay(long nowNs) {
    if (refusedSaid && nowNs - refusedSaidNs < REFUSED_EVERY_NS) {
      refusedUnsaid++;
      return -1;
    }
    long unsaid = refusedUnsaid;
    refusedSaid = true;
    refusedSaidNs = nowNs;
    refusedUnsaid = 0;
    return unsaid;
  }

  private static Map<String, Object> record(Caller caller, HttpExchange exchange, int status) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("at", Instant.now());
    record.put("who", caller.who());
    record.put("remote", caller.from());
    record.put("method", exchange.getRequestMethod());
    record.put("path", path(exchange, status));
    record.put("status", status);
    return record;
  }

  /**
   * What was asked for. Not with the parameters of who was refused: some clients put a token there.
   */
  private static String path(HttpExchange exchange, int status) {
    URI uri = exchange.getRequestURI();
    boolean refused = status == 400 || status == 401 || status == 403 || status == 421;
    String path = refused ? uri.getRawPath() : uri.toString();
    return path.length() > PATH_CHARS_MAX ? path.substring(0, PATH_CHARS_MAX) + "..." : path;
  }

  private void write(Optional<AuditLog> to, Map<String, Object> record) {
    if (to.isEmpty()) {
      return;
    }
    String line = JsonWriter.text(record);
    try {
      to.get().write(line);
    } catch (IOException e) {
      failed(e, "not written: " + line);
    }
  }

  private void failed(IOException e, String what) {
    unwritten.increment();
    LOG.log(Level.ERROR, "the audit log cannot be written (" + e.getMessage() + "): " + what);
  }

  void collect(MetricSink sink) {
    String help = "Requests to the admin API of those who may not ask.";
    sink.declareCounter("steelyard_admin_refused", help);
    refused.forEach((reason, count) ->
        sink.counter("steelyard_admin_refused", help, (double) count.sum(), "reason", reason));
    sink.counter(
        "steelyard_admin_audit_failures",
        "Attempts to write the audit log that failed.",
        (double) unwritten.sum());
  }
}
