package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.control.Sessions;
import io.steelyard.control.Sessions.Selection;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.core.server.ServerId;
import io.steelyard.wire.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code /v1/sessions}: the session table. GET counts the sessions of each server, and lists {@code
 * ?list=} of them; DELETE forgets them, with If-Match only if as many are there as were seen. Both
 * take {@code ?pool=} and {@code ?server=}.
 */
final class SessionsResource {
  static final int LIST_MAX = 10_000;

  private static final String METHODS = "GET, HEAD, DELETE";

  private final NodeView node;

  SessionsResource(NodeView node) {
    this.node = node;
  }

  static boolean isAt(List<String> path) {
    return path.equals(List.of("v1", "sessions"));
  }

  Answer answer(HttpExchange exchange, Change change) throws Problem {
    Map<String, String> query = Queries.of(exchange.getRequestURI(), "pool", "server", "list");
    Selection selection = selection(query);
    return switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> read(exchange, selection, list(query));
      case "DELETE" -> forget(exchange, selection, list(query), change);
      default -> throw new Problem(Answer.notAllowed("/v1/sessions", METHODS));
    };
  }

  private Answer read(HttpExchange exchange, Selection selection, int list) throws Problem {
    Sessions sessions = node.sessions(selection, list);
    Answer answer = Answer.json(report(sessions));
    String tag = tag(selection, sessions);
    // How long those that are listed have been idle changes without a change of the table.
    return list > 0
        ? answer.with("ETag", tag)
        : Preconditions.of(exchange.getRequestHeaders()).answer(answer, tag);
  }

  /** Of how many there are, of which servers. */
  private static String tag(Selection selection, Sessions sessions) {
    Map<String, Integer> servers = new TreeMap<>();
    sessions.servers().forEach((id, count) -> servers.put(id.pool() + "/" + id.server(), count));
    return Preconditions.tag(
        JsonWriter.text(
            List.of(
                selection.pool().orElse(""),
                selection.server().orElse(""),
                sessions.elsewhere(),
                servers)));
  }

  private Answer forget(HttpExchange exchange, Selection selection, int list, Change change)
      throws Problem {
    SameOrigin.demand(exchange);
    if (list > 0) {
      throw new Problem(400, "Bad Request", "What is forgotten is not listed.");
    }
    String tag = tag(selection, node.sessions(selection, 0));
    change.from(tag);
    Preconditions.of(exchange.getRequestHeaders()).demand(tag);
    int forgotten = node.forgetSessions(selection);
    change.summary(forgotten + " sessions forgotten");
    return Answer.json(Map.of("forgotten", forgotten));
  }

  private Selection selection(Map<String, String> query) throws Problem {
    Optional<String> pool = Optional.ofNullable(query.get("pool"));
    Optional<String> server = Optional.ofNullable(query.get("server"));
    if (pool.isPresent()) {
      demand(pool.get(), server);
    }
    if (server.isPresent() && pool.isEmpty()) {
      throw new Problem(400, "Bad Request", "A server is named together with its pool.");
    }
    return new Selection(pool, server);
  }

  private void demand(String pool, Optional<String> server) throws Problem {
    PoolStatus status =
        node.status()
            .pool(pool)
            .orElseThrow(() -> new Problem(Answer.notFound("There is no pool " + pool + ".")));
    if (server.isPresent() && status.server(server.get()).isEmpty()) {
      throw PoolsResource.noServer(new ServerId(pool, server.get()));
    }
  }

  private static int list(Map<String, String> query) throws Problem {
    try {
      int list = Integer.parseInt(query.getOrDefault("list", "0"));
      if (list >= 0 && list <= LIST_MAX) {
        return list;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Problem(400, "Bad Request", "list is a whole number from 0 to " + LIST_MAX + ".");
  }

  private static Map<String, Object> report(Sessions sessions) {
    Map<String, Map<String, Object>> pools = new LinkedHashMap<>();
    sessions.servers().forEach((id, count) -> servers(pools, id).put(id.server(), count));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("sessions", sessions.size());
    report.put("capacity", sessions.capacity());
    report.put("evicted", sessions.evicted());
    report.put("expired", sessions.expired());
    report.put("pools", pools);
    report.put("elsewhere", sessions.elsewhere());
    report.put("list", sessions.listed().stream().map(SessionsResource::session).toList());
    return report;
  }

  private static Map<String, Object> servers(Map<String, Map<String, Object>> pools, ServerId id) {
    return pools.computeIfAbsent(id.pool(), p -> new LinkedHashMap<>());
  }

  private static Map<String, Object> session(Sessions.Session session) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("key", session.key());
    out.put("pool", session.pool());
    out.put("server", session.server().orElse(null));
    out.put("idle_seconds", session.idle().toSeconds());
    out.put("ttl_seconds", session.ttl().toSeconds());
    return out;
  }
}
