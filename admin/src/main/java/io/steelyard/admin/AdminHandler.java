package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Answers the requests of the admin API, from whichever socket: {@code /} (the dashboard), {@code
 * /livez}, {@code /readyz}, {@code /metrics}, and below {@code /v1} {@code status}, {@code
 * cluster}, {@code config}, {@code pools}, {@code sessions}, {@code explain}, {@code events},
 * {@code openapi.json}. One for the life of a node; each request is on a virtual thread of its own,
 * and they are bounded.
 */
public final class AdminHandler {
  private static final Logger LOG = System.getLogger("steelyard.admin");

  /** Requests at a time; further ones are answered 503. */
  private static final int REQUESTS_MAX = 32;

  private final NodeView node;
  private final Semaphore room = new Semaphore(REQUESTS_MAX);
  private final Audit audit;
  private final Drops drops = new Drops();
  private final Map<String, Supplier<Answer>> resources;
  private final PoolsResource pools;
  private final SessionsResource sessions;
  private final ExplainResource explain;
  private final ClusterResource cluster;
  private final ConfigResource config;
  private final EventsResource events;

  /** For that node; keeps no audit log yet. */
  public AdminHandler(NodeView node) {
    this.node = node;
    this.audit = new Audit(node);
    ProcessMetrics process = new ProcessMetrics();
    this.resources =
        Map.of(
            "/livez", () -> Answer.text(200, "ok"),
            "/readyz", () -> readiness(node),
            "/metrics", () -> metrics(process),
            "/v1/status", () -> Answer.json(StatusReport.of(node)));
    this.pools = new PoolsResource(node);
    this.sessions = new SessionsResource(node);
    this.explain = new ExplainResource(node);
    this.cluster = new ClusterResource(node);
    this.config = new ConfigResource(node);
    this.events = new EventsResource(node.events(), EventsResource.HEARTBEAT);
  }

  /** Writes every change there from now on; empty for no file. */
  public void auditTo(Optional<AuditLog> log) {
    audit.writeTo(log);
  }

  /** Counts connections that get no answer. */
  Drops drops() {
    return drops;
  }

  /** Those that have a fixed path and nothing but a representation. */
  Set<String> paths() {
    return resources.keySet();
  }

  /** Answers, and closes the exchange. */
  void handle(HttpExchange exchange, Gate gate) throws IOException {
    try (exchange) {
      if (!room.tryAcquire()) {
        send(exchange, Answer.busy("Too many admin requests at a time."));
        return;
      }
      Optional<Answer> answer;
      try {
        answer = answer(exchange, gate);
      } finally {
        room.release();
      }
      // Outside: who does not take an answer keeps nobody from asking.
      if (answer.isPresent()) {
        send(exchange, answer.get());
      } else {
        stream(exchange);
      }
    }
  }

  /** Empty for a stream. */
  private Optional<Answer> answer(HttpExchange exchange, Gate gate) throws IOException {
    Caller caller;
    try {
      caller = gate.admit(exchange);
    } catch (NotAdmitted e) {
      audit.notAdmitted(exchange, e);
      return Optional.of(e.answer());
    }
    if (EventsResource.isStream(exchange)) {
      return Optional.empty();
    }
    return Optional.of(reads(exchange) ? read(exchange) : change(exchange, caller));
  }

  /** Whether a request, by its method, changes nothing. */
  static boolean reads(HttpExchange exchange) {
    return switch (exchange.getRequestMethod()) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  private Answer read(HttpExchange exchange) throws IOException {
    return guarded(exchange, new Change(""));
  }

  private Answer change(HttpExchange exchange, Caller caller) throws IOException {
    Audit.Begun begun;
    try {
      begun = audit.begin();
    } catch (Problem e) {
      return e.answer();
    }
    Change change = new Change(caller.who());
    Answer answer = guarded(exchange, change);
    audit.changed(begun, caller, exchange, change, answer.status());
    return answer;
  }

  private Answer guarded(HttpExchange exchange, Change change) throws IOException {
    String path = exchange.getRequestURI().getPath();
    try {
      return resource(exchange, path, change);
    } catch (Problem e) {
      return e.answer();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "admin request " + path + " failed", e);
      return Answer.problem(500, "Internal Server Error", "The log of the node says more.");
    }
  }

  /** Further resources have their place here: each tells what it changes to {@code change}. */
  private Answer resource(HttpExchange exchange, String path, Change change)
      throws IOException, Problem {
    if (Dashboard.isAt(path)) {
      return Dashboard.answer(exchange);
    }
    List<String> segments = Paths.segments(exchange.getRequestURI());
    if (PoolsResource.isAt(segments)) {
      return pools.answer(exchange, segments, change);
    }
    if (SessionsResource.isAt(segments)) {
      return sessions.answer(exchange, change);
    }
    if (ExplainResource.isAt(segments)) {
      return explain.answer(exchange);
    }
    if (ClusterResource.isAt(segments)) {
      return cluster.answer(exchange, segments, change);
    }
    if (ConfigResource.isAt(segments)) {
      return config.answer(exchange, segments, change);
    }
    if (EventsResource.isAt(segments)) {
      return events.document(exchange);
    }
    boolean description = OpenApi.isAt(segments);
    Supplier<Answer> resource = resources.get(path);
    if (resource == null && !description) {
      return Answer.notFound("There is nothing at " + path + ".");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.notAllowed(path, "GET, HEAD");
    }
    Queries.demandNone(exchange);
    return description ? OpenApi.document() : resource.get();
  }

  /** Streams have their own bound: they must not take the room of those that look once. */
  private void stream(HttpExchange exchange) throws IOException {
    try {
      events.stream(exchange);
    } catch (Problem e) {
      send(exchange, e.answer());
    }
  }

  static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.bytes();
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    answer.headers().forEach(headers::set);
    if (answer.status() == 304) {
      headers.remove("Content-Type");
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  private static Answer readiness(NodeView node) {
    return switch (node.status().state()) {
      case READY ->
          Answer.text(
              200,
              node.status()
                  .share()
                  .trouble()
                  .map(why -> "ready, but degraded: " + why)
                  .orElse("ready"));
      case STARTING ->
          notReady(
              "The first configuration, the first round of checks, or what other nodes know is"
                  + " awaited.");
      case DRAINING -> notReady("The node is draining.");
    };
  }

  private static Answer notReady(String reason) {
    return Answer.problem(503, "Not Ready", reason);
  }

  private Answer metrics(ProcessMetrics process) {
    PrometheusText text = new PrometheusText();
    node.collect(text);
    audit.collect(text);
    drops.collect(text);
    process.collect(text);
    return new Answer(200, PrometheusText.CONTENT_TYPE, text.text());
  }
}
