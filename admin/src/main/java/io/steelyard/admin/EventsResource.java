package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.control.Event;
import io.steelyard.control.Events;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * {@code /v1/events}: what has happened, as a stream of server-sent events (HTML Standard, section
 * 9.2) or, for those that accept {@code application/json} only, as one document. Both begin after
 * the number in {@code Last-Event-ID} or {@code ?after=}, or with the oldest that is kept.
 *
 * <p>A stream ends after {@link #STREAM} at the latest, so that none outlives its reader unnoticed;
 * clients come back by themselves and go on where they were.
 */
final class EventsResource {
  /** Streams at a time; further ones are answered 503. */
  static final int STREAMS_MAX = 16;

  /** Less than the server allows a response to take. */
  static final Duration STREAM = Duration.ofMinutes(4);

  static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final String MIME = "text/event-stream";

  private final Events events;
  private final Duration heartbeat;
  private final Semaphore room = new Semaphore(STREAMS_MAX);

  EventsResource(Events events, Duration heartbeat) {
    this.events = events;
    this.heartbeat = heartbeat;
  }

  static boolean isAt(List<String> path) {
    return path.equals(List.of("v1", "events"));
  }

  /** Whether the request is to be answered by {@link #stream}. */
  static boolean isStream(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().equals("/v1/events") && wantsStream(exchange);
  }

  private static boolean wantsStream(HttpExchange exchange) {
    String accept =
        String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
    return exchange.getRequestMethod().equals("GET")
        && (accept.contains(MIME) || !accept.contains("application/json"));
  }

  /** All that are kept and came later. */
  Answer document(HttpExchange exchange) throws Problem {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new Problem(Answer.notAllowed("/v1/events", "GET, HEAD"));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("latest", events.latest());
    document.put("dropped", events.dropped());
    document.put(
        "events", events.since(after(exchange)).stream().map(EventsResource::report).toList());
    return Answer.json(document);
  }

  /** Sends events as they happen; returns when the stream has ended, whoever ended it. */
  void stream(HttpExchange exchange) throws IOException, Problem {
    long after = after(exchange);
    if (!room.tryAcquire()) {
      throw new Problem(Answer.busy("There are " + STREAMS_MAX + " readers of events already."));
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", MIME);
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.sendResponseHeaders(200, 0);
      send(exchange.getResponseBody(), after);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      room.release();
    }
  }

  private void send(OutputStream out, long from) throws IOException, InterruptedException {
    long endNs = System.nanoTime() + STREAM.toNanos();
    long after = from;
    write(out, "retry: 1000\n\n");
    while (System.nanoTime() - endNs < 0) {
      List<Event> news = events.await(after, heartbeat);
      if (news.isEmpty()) {
        write(out, ": heartbeat\n\n");
      }
      for (Event event : news) {
        write(out, text(event));
        after = event.sequence();
      }
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String text(Event event) {
    return "id: %d\nevent: %s\ndata: %s\n\n"
        .formatted(event.sequence(), event.kind().label(), JsonWriter.text(report(event)));
  }

  private static Map<String, Object> report(Event event) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("sequence", event.sequence());
    out.put("at", event.at());
    out.put("kind", event.kind().label());
    event
        .about()
        .ifPresent(id -> {
          out.put("pool", id.pool());
          if (!id.server().isEmpty()) {
            out.put("server", id.server());
          }
        });
    out.put("text", event.text());
    return out;
  }

  /** Numbers begin anew with the process: one from before is as none. */
  private long after(HttpExchange exchange) throws Problem {
    String query = Queries.of(exchange.getRequestURI(), "after").getOrDefault("after", "0");
    String header = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    String text = header == null ? query : header;
    try {
      long after = Long.parseLong(text.strip());
      return after < 0 || after > events.latest() ? 0 : after;
    } catch (NumberFormatException e) {
      throw new Problem(
          400, "Bad Request", "The number of an event is expected, not " + text + ".");
    }
  }
}
