package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The admin HTTP server: {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /v1/status},
 * {@code /v1/cluster}, {@code /v1/pools}, {@code /v1/sessions}, {@code /v1/events}. Listens on the
 * loopback only; each request runs on a virtual thread; everything it takes is bounded.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.admin");

  /** Requests at a time; further ones are answered 503. */
  private static final int REQUESTS_MAX = 32;

  private static final int BACKLOG = 64;

  static {
    bound("sun.net.httpserver.maxReqTime", "10");
    // Longer than a stream of events lasts.
    bound("sun.net.httpserver.maxRspTime", "300");
    bound("sun.net.httpserver.maxReqHeaders", "64");
    bound("sun.net.httpserver.maxReqHeaderSize", "16384");
    bound("sun.net.httpserver.maxIdleConnections", "16");
    bound("jdk.httpserver.maxConnections", "128");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore room = new Semaphore(REQUESTS_MAX);
  private final Map<String, Supplier<Answer>> resources;
  private final PoolsResource pools;
  private final SessionsResource sessions;
  private final ClusterResource cluster;
  private final ConfigResource config;
  private final EventsResource events;
  private volatile boolean serving;

  private AdminServer(HttpServer server, NodeView node) {
    this.server = server;
    ProcessMetrics process = new ProcessMetrics();
    this.resources =
        Map.of(
            "/livez", () -> Answer.text(200, "ok"),
            "/readyz", () -> readiness(node),
            "/metrics", () -> metrics(node, process),
            "/v1/status", () -> Answer.json(StatusReport.of(node)));
    this.pools = new PoolsResource(node);
    this.sessions = new SessionsResource(node);
    this.cluster = new ClusterResource(node);
    this.config = new ConfigResource(node);
    this.events = new EventsResource(node.events(), EventsResource.HEARTBEAT);
  }

  /**
   * Listens and serves until closed.
   *
   * @param address a loopback address; port 0 takes a free one
   * @throws IOException if the address cannot be bound, or is not a loopback address
   */
  public static AdminServer start(InetSocketAddress address, NodeView node) throws IOException {
    AdminServer admin = bind(address, node);
    admin.serve();
    return admin;
  }

  /**
   * Listens; whoever connects waits until it serves.
   *
   * @param address a loopback address; port 0 takes a free one
   * @throws IOException if the address cannot be bound, or is not a loopback address
   */
  public static AdminServer bind(InetSocketAddress address, NodeView node) throws IOException {
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      throw new IOException("the admin address must be a loopback address, not " + address);
    }
    AdminServer admin = new AdminServer(HttpServer.create(address, BACKLOG), node);
    admin.server.setExecutor(admin.threads);
    admin.server.createContext("/", admin::serve);
    return admin;
  }

  /** Answers from now on; to be called once. */
  public void serve() {
    serving = true;
    server.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops at once. */
  @Override
  public void close() {
    if (!serving) {
      // Or the JDK's server keeps the socket: its selector lets go of it only while it runs.
      server.start();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    // Or closing the exchange closes the connection, perhaps under the client's next request.
    exchange.getRequestBody();
    try (exchange) {
      if (!room.tryAcquire()) {
        send(exchange, Answer.busy("Too many admin requests at a time."));
        return;
      }
      boolean stream = false;
      try {
        stream = isStream(exchange);
        if (!stream) {
          send(exchange, answer(exchange));
        }
      } finally {
        room.release();
      }
      if (stream) {
        stream(exchange);
      }
    }
  }

  private static boolean isStream(HttpExchange exchange) {
    return isOurs(exchange)
        && exchange.getRequestURI().getPath().equals("/v1/events")
        && EventsResource.wantsStream(exchange);
  }

  /** Streams have their own bound: they must not take the room of those that look once. */
  private void stream(HttpExchange exchange) throws IOException {
    try {
      events.stream(exchange);
    } catch (Problem e) {
      send(exchange, e.answer());
    }
  }

  private static boolean isOurs(HttpExchange exchange) {
    return HostCheck.isLoopback(exchange.getRequestHeaders().getFirst("Host"));
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (!isOurs(exchange)) {
      return Answer.problem(
          421, "Misdirected Request", "The Host header must name the loopback, as 127.0.0.1.");
    }
    String path = exchange.getRequestURI().getPath();
    try {
      return resource(exchange, path);
    } catch (Problem e) {
      return e.answer();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "admin request " + path + " failed", e);
      return Answer.problem(500, "Internal Server Error", "The log of the node says more.");
    }
  }

  private Answer resource(HttpExchange exchange, String path) throws IOException, Problem {
    List<String> segments = Paths.segments(exchange.getRequestURI());
    if (PoolsResource.isAt(segments)) {
      return pools.answer(exchange, segments);
    }
    if (SessionsResource.isAt(segments)) {
      return sessions.answer(exchange);
    }
    if (ClusterResource.isAt(segments)) {
      return cluster.answer(exchange, segments);
    }
    if (ConfigResource.isAt(segments)) {
      return config.answer(exchange, segments);
    }
    if (EventsResource.isAt(segments)) {
      return events.document(exchange);
    }
    Supplier<Answer> resource = resources.get(path);
    if (resource == null) {
      return Answer.notFound("There is nothing at " + path + ".");
    }
    String method = exchange.getRequestMethod();
    return method.equals("GET") || method.equals("HEAD")
        ? resource.get()
        : Answer.notAllowed(path, "GET, HEAD");
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.bytes();
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    answer.headers().forEach(headers::set);
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

  private static Answer metrics(NodeView node, ProcessMetrics process) {
    PrometheusText text = new PrometheusText();
    node.collect(text);
    process.collect(text);
    return new Answer(200, PrometheusText.CONTENT_TYPE, text.text());
  }

  private static void bound(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
