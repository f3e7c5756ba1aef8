package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.control.Controller.Changed;
import io.steelyard.control.ServerChange;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.ServerPlace;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.core.server.ServerId;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /v1/pools}, {@code /v1/pools/{pool}}, {@code /v1/pools/{pool}/servers/{server}}: how pools
 * and servers stand, and what the operator wants of a server.
 */
final class PoolsResource {
  private static final int BODY_BYTES_MAX = 16 * 1024;
  private static final String READ = "GET, HEAD";
  private static final String CHANGE = "GET, HEAD, PATCH";

  private final NodeView node;

  PoolsResource(NodeView node) {
    this.node = node;
  }

  static boolean isAt(List<String> path) {
    return path.size() >= 2 && path.get(0).equals("v1") && path.get(1).equals("pools");
  }

  Answer answer(HttpExchange exchange, List<String> path, Change change)
      throws IOException, Problem {
    String method = exchange.getRequestMethod();
    boolean reads = method.equals("GET") || method.equals("HEAD");
    boolean server = path.size() == 5 && path.get(3).equals("servers");
    if (path.size() != 2 && path.size() != 3 && !server) {
      throw new Problem(Answer.notFound("There is nothing at this path."));
    }
    if (!reads && !(server && method.equals("PATCH"))) {
      throw new Problem(Answer.notAllowed("This path", server ? CHANGE : READ));
    }
    if (reads) {
      Queries.demandNone(exchange);
    }
    if (path.size() == 2) {
      List<PoolStatus> pools = node.status().pools();
      return Answer.json(Map.of("pools", pools.stream().map(StatusReport::pool).toList()));
    }
    if (!server) {
      return Answer.json(StatusReport.pool(pool(path.get(2))));
    }
    ServerId id = new ServerId(path.get(2), path.get(4));
    return reads ? read(exchange, id) : change(exchange, id, change);
  }

  private Answer read(HttpExchange exchange, ServerId id) throws Problem {
    ServerStatus server = server(id);
    Answer answer = Answer.json(StatusReport.server(server));
    return Preconditions.of(exchange.getRequestHeaders()).answer(answer, tag(id, server));
  }

  /** Of what is configured and wished, not of how the server fares. */
  private static String tag(ServerId id, ServerStatus server) {
    ServerPlace place = server.place();
    return Preconditions.tag(
        JsonWriter.text(
            List.of(
                id.pool(),
                place.name(),
                place.address(),
                place.weight(),
                place.backup(),
                place.zone(),
                place.maxConnections(),
                server.live().standing().wish(),
                server.live().weight())));
  }

  private PoolStatus pool(String name) throws Problem {
    Optional<PoolStatus> pool = node.status().pool(name);
    return pool.orElseThrow(() -> new Problem(Answer.notFound("There is no pool " + name + ".")));
  }

  private ServerStatus server(ServerId id) throws Problem {
    return pool(id.pool()).server(id.server()).orElseThrow(() -> noServer(id));
  }

  static Problem noServer(ServerId id) {
    return new Problem(
        Answer.notFound("There is no server " + id.server() + " in pool " + id.pool() + "."));
  }

  private Answer change(HttpExchange exchange, ServerId id, Change change)
      throws IOException, Problem {
    SameOrigin.demand(exchange);
    boolean dry = Queries.flag(Queries.of(exchange.getRequestURI(), "dry-run"), "dry-run");
    server(id);
    Bodies.demandJson(exchange.getRequestHeaders());
    String body = Bodies.text(Bodies.read(exchange, BODY_BYTES_MAX, "Changes"));
    change.summary((dry ? "dry run: " : "") + body.strip());
    ServerChange wanted = ServerPatch.read(body);
    // Or two that have read the same version could both change it. What nodes wish of each other,
    // and reloads, do not ask for versions.
    synchronized (this) {
      ServerStatus now = server(id);
      String tag = tag(id, now);
      change.from(tag);
      Preconditions.of(exchange.getRequestHeaders()).demand(tag);
      if (dry) {
        return Answer.json(ServerPatch.preview(wanted, now)).with("ETag", tag);
      }
      make(wanted, id);
    }
    ServerStatus changed = server(id);
    return Answer.json(StatusReport.server(changed)).with("ETag", tag(id, changed));
  }

  private void make(ServerChange wanted, ServerId id) throws Problem {
    Changed changed = node.change(id, wanted);
    if (changed == Changed.NO_SUCH_SERVER) {
      throw noServer(id);
    }
    if (changed == Changed.DRAINING) {
      throw new Problem(409, "Draining", "The node is draining: weights stay as they are.");
    }
  }
}
