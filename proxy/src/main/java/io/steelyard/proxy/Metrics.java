package io.steelyard.proxy;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.StickyResult;
import io.steelyard.net.LoopCounters;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up what the loops count. Each loop is asked on its own thread, so that nothing is read half
 * written.
 */
@SuppressWarnings("LongDoubleConversion") // a count of more than 2^53 is not to be expected
final class Metrics {
  private static final String RESPONSES = "steelyard_requests";
  private static final String RESPONSES_HELP =
      "Requests answered or given up (499), by the server that was tried last, if one was;"
          + " TCP connections and UDP sessions: 0 carried, 503 refused.";

  private record Series(String listener, String pool, String server, int code)
      implements Comparable<Series> {
    @Override
    public int compareTo(Series o) {
      int c = listener.compareTo(o.listener);
      c = c != 0 ? c : pool.compareTo(o.pool);
      c = c != 0 ? c : server.compareTo(o.server);
      return c != 0 ? c : Integer.compare(code, o.code);
    }
  }

  /** What is known of one server or listener, over all loops. */
  private static final class Sums {
    final Histogram connect = new Histogram();
    final Histogram firstByte = new Histogram();
    long retries;
    long retriesDenied;
    long brokenReports;
    long connectFailures;
    long connects;
    int idle;

    /** Whether it is in the snapshot: what is gone has no gauges. */
    boolean present;

    void add(Sums o) {
      connect.add(o.connect);
      firstByte.add(o.firstByte);
      retries += o.retries;
      retriesDenied += o.retriesDenied;
      brokenReports += o.brokenReports;
      connectFailures += o.connectFailures;
      connects += o.connects;
      idle += o.idle;
      present |= o.present;
    }
  }

  private final Proxy proxy;

  Metrics(Proxy proxy) {
    this.proxy = proxy;
  }

  void collect(MetricSink sink) {
    Collected[] each = new Collected[proxy.loops()];
    proxy.onAll(p -> {
      Collected own = new Collected();
      p.forgetGone(Counters.KEPT_NS);
      own.add(p);
      each[p.index()] = own;
    });
    Collected all = new Collected();
    for (Collected one : each) {
      if (one != null) {
        all.merge(one);
      }
    }
    all.tell(sink);
    sessions(sink);
    for (ProxyLoop p : proxy.proxyLoops()) {
      loop(sink, p);
    }
    sink.counter(
        "steelyard_access_log_dropped",
        "Lines that the access log had no room for, or could not write.",
        proxy.log().dropped());
  }

  private void sessions(MetricSink sink) {
    long size = 0;
    long capacity = 0;
    long evicted = 0;
    long expired = 0;
    long refused = 0;
    for (SessionShard shard : proxy.sessions()) {
      size += shard.size();
      capacity += shard.capacity();
      evicted += shard.evicted();
      expired += shard.expired();
      refused += shard.refused();
    }
    sink.gauge("steelyard_sessions", "Sessions that are remembered.", size);
    sink.gauge("steelyard_sessions_max", "For how many there is room.", capacity);
    sink.counter(
        "steelyard_sessions_evicted", "Sessions that were forgotten to make room.", evicted);
    sink.counter("steelyard_sessions_expired", "Sessions that idled too long.", expired);
    sink.counter(
        "steelyard_sessions_refused",
        "Sessions told by others that had no room: all that are here were seen later.",
        refused);
  }

  private static void loop(MetricSink sink, ProxyLoop p) {
    LoopCounters c = p.loop().counters();
    String loop = Integer.toString(p.index());
    sink.counter(
        "steelyard_connections_accepted", "Connections accepted.", c.accepted(), "loop", loop);
    sink.counter(
        "steelyard_accept_failures",
        "Connections that could not be accepted.",
        c.acceptFailures(),
        "loop",
        loop);
    sink.gauge(
        "steelyard_buffers_in_use", "Buffers that hold bytes.", c.buffersInUse(), "loop", loop);
    sink.gauge(
        "steelyard_tls_connections",
        "Connections over TLS, those that greet included.",
        p.tlsMemory().connections(),
        "loop",
        loop);
    sink.counter(
        "steelyard_buffers_exhausted",
        "How often no buffer was left.",
        c.buffersExhausted(),
        "loop",
        loop);
    sink.gauge(
        "steelyard_partial_head_bytes",
        "Memory of requests' heads that are not complete yet.",
        p.partialBytes().taken(),
        "loop",
        loop);
    sink.counter(
        "steelyard_partial_heads_refused",
        "Heads that were refused because too many were incomplete.",
        p.partialBytes().refused(),
        "loop",
        loop);
    sink.gauge("steelyard_pipes_open", "Pipes for splice.", c.pipesOpen(), "loop", loop);
    sink.counter(
        "steelyard_loop_failures", "Handlers that failed: defects.", c.failedTasks(), "loop", loop);
  }

  private static final class Collected {
    private final TreeMap<Series, Long> responses = new TreeMap<>();
    private final Map<String, Long> connections = new TreeMap<>();
    private final Map<String, Long> requests = new TreeMap<>();
    private final Map<String, Long> preamblesRefused = new TreeMap<>();
    private final Map<String, Long> greetings = new TreeMap<>();
    private final Map<String, Long> greetingsResumed = new TreeMap<>();
    private final Map<String, Long> greetingsRefused = new TreeMap<>();
    private final UdpMetrics udp = new UdpMetrics();
    private final Map<String, Histogram> durations = new TreeMap<>();
    private final Map<ServerId, Sums> servers = new HashMap<>();
    private final Map<String, ResultCounts<StickyResult>> sticky = new TreeMap<>();
    private final ResultCounts<LookupResult> lookups = new ResultCounts<>(LookupResult.class);

    void add(ProxyLoop p) {
      lookups.add(p.lookups().counts());
      Map<Integer, String> names = new TreeMap<>();
      for (ListenerCounters l : p.counters().listeners()) {
        names.put(l.slot(), l.name());
        requests.merge(l.name(), l.requests, Long::sum);
        preamblesRefused.merge(l.name(), l.preamblesRefused, Long::sum);
        greetings.merge(l.name(), l.greetings, Long::sum);
        greetingsResumed.merge(l.name(), l.greetingsResumed, Long::sum);
        greetingsRefused.merge(l.name(), l.greetingsRefused, Long::sum);
        durations.computeIfAbsent(l.name(), n -> new Histogram()).add(l.duration);
        udp.add(l);
        l.own.visit((slot, status, count) ->
            responses.merge(new Series(l.name(), "", "", status), count, Long::sum));
      }
      udp.addSessions(p);
      p.listeners().forEach(l -> connections.merge(l.name(), (long) l.connections(), Long::sum));
      p.leaving().forEach(l -> connections.merge(l.name(), (long) l.connections(), Long::sum));
      p.counters().pools().forEach((pool, c) -> add(pool, c, names));
      p.counters().servers().forEach((id, c) -> add(id, c, names));
      for (LoopServer s : p.servers()) {
        Sums sums = servers.computeIfAbsent(s.id(), id -> new Sums());
        sums.idle += s.idleConnections();
        sums.present = true;
      }
    }

    private void add(String pool, PoolCounters c, Map<Integer, String> names) {
      add(pool, "", c.responses, names);
      if (c.binds) {
        addSticky(pool, c.sticky);
      }
    }

    private void addSticky(String pool, ResultCounts<StickyResult> counts) {
      sticky.computeIfAbsent(pool, n -> new ResultCounts<>(StickyResult.class)).add(counts);
    }

    private void add(ServerId id, ServerCounters c, Map<Integer, String> names) {
      Sums sums = servers.computeIfAbsent(id, i -> new Sums());
      sums.connect.add(c.connectSeconds);
      sums.firstByte.add(c.firstByteSeconds);
      sums.retries += c.retries;
      sums.retriesDenied += c.retriesDenied;
      sums.brokenReports += c.brokenReports;
      sums.connectFailures += c.connectFailures;
      sums.connects += c.connects;
      add(id.pool(), id.server(), c.responses, names);
    }

    private void add(String pool, String server, ResponseCounts c, Map<Integer, String> names) {
      c.visit((slot, status, count) ->
          responses.merge(
              new Series(names.getOrDefault(slot, ""), pool, server, status), count, Long::sum));
    }

    void merge(Collected o) {
      o.responses.forEach((s, n) -> responses.merge(s, n, Long::sum));
      o.connections.forEach((l, n) -> connections.merge(l, n, Long::sum));
      o.requests.forEach((l, n) -> requests.merge(l, n, Long::sum));
      o.preamblesRefused.forEach((l, n) -> preamblesRefused.merge(l, n, Long::sum));
      o.greetings.forEach((l, n) -> greetings.merge(l, n, Long::sum));
      o.greetingsResumed.forEach((l, n) -> greetingsResumed.merge(l, n, Long::sum));
      o.greetingsRefused.forEach((l, n) -> greetingsRefused.merge(l, n, Long::sum));
      o.durations.forEach((l, h) -> durations.computeIfAbsent(l, n -> new Histogram()).add(h));
      udp.merge(o.udp);
      o.sticky.forEach(this::addSticky);
      lookups.add(o.lookups);
      o.servers.forEach((id, s) -> servers.computeIfAbsent(id, i -> new Sums()).add(s));
    }

    void tell(MetricSink sink) {
      sink.declareCounter(RESPONSES, RESPONSES_HELP);
      responses.forEach((s, n) ->
          sink.counter(
              RESPONSES,
              RESPONSES_HELP,
              n,
              "listener",
              s.listener(),
              "pool",
              s.pool(),
              "server",
              s.server(),
              "code",
              Integer.toString(s.code())));
      connections.forEach((l, n) ->
          sink.gauge(
              "steelyard_connections_active",
              "Clients' connections, sessions of UDP included.",
              n,
              "listener",
              l));
      requests.forEach((l, n) ->
          sink.counter(
              "steelyard_requests_received", "Requests whose head was read.", n, "listener", l));
      preamblesRefused.forEach((l, n) ->
          sink.counter(
              "steelyard_proxy_headers_refused",
              "Connections from proxies whose PROXY header was wrong, or did not come.",
              n,
              "listener",
              l));
      udp.tell(sink);
      writeGreetings(sink, greetings, "full");
      writeGreetings(sink, greetingsResumed, "resumed");
      writeGreetings(sink, greetingsRefused, "failed");
      durations.forEach((l, h) ->
          sink.histogram(
              "steelyard_request_duration_seconds",
              "From the request's head to the end of the response.",
              Histogram.boundsSeconds(),
              h.counts(),
              h.sumSeconds(),
              "listener",
              l));
      sticky.forEach((pool, counts) -> sticky(sink, pool, counts));
      lookups(sink);
      servers.forEach((id, s) -> server(sink, id.pool(), id.server(), s));
    }

    private static void writeGreetings(MetricSink sink, Map<String, Long> counts, String result) {
      counts.forEach((l, n) ->
          sink.counter(
              "steelyard_tls_handshakes",
              "Handshakes of TLS with clients.",
              n,
              "listener",
              l,
              "result",
              result));
    }

    private static void sticky(MetricSink sink, String pool, ResultCounts<StickyResult> counts) {
      for (StickyResult result : StickyResult.values()) {
        sink.counter(
            "steelyard_sticky",
            "Requests by what became of their sessions.",
            counts.of(result),
            "pool",
            pool,
            "result",
            result.label());
      }
    }

    private void lookups(MetricSink sink) {
      for (LookupResult result : LookupResult.values()) {
        sink.counter(
            "steelyard_session_lookups",
            "Sessions that other nodes were asked for.",
            lookups.of(result),
            "result",
            result.label());
      }
    }

    private static void server(MetricSink sink, String pool, String server, Sums s) {
      String[] labels = {"pool", pool, "server", server};
      double[] bounds = Histogram.boundsSeconds();
      sink.histogram(
          "steelyard_upstream_connect_seconds",
          "From connect to established.",
          bounds,
          s.connect.counts(),
          s.connect.sumSeconds(),
          labels);
      sink.histogram(
          "steelyard_upstream_first_byte_seconds",
          "From the request's head to the response's.",
          bounds,
          s.firstByte.counts(),
          s.firstByte.sumSeconds(),
          labels);
      sink.counter("steelyard_retries", "Tries that failed and went elsewhere.", s.retries, labels);
      sink.counter(
          "steelyard_retries_denied",
          "Retries that would have been safe, but were over the pool's budget.",
          s.retriesDenied,
          labels);
      sink.counter(
          "steelyard_load_reports_broken",
          "Load reports in responses that nothing could be made of.",
          s.brokenReports,
          labels);
      sink.counter(
          "steelyard_upstream_connects", "Connections opened to the server.", s.connects, labels);
      sink.counter(
          "steelyard_upstream_connect_failures",
          "Connections that did not come about.",
          s.connectFailures,
          labels);
      if (s.present) {
        sink.gauge(
            "steelyard_upstream_idle_connections",
            "Connections kept for the next request.",
            s.idle,
            labels);
      }
    }
  }
}
