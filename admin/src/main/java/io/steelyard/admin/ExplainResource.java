package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.NoListenerException;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * {@code /v1/explain}: where a request would go at this moment, and why. Takes {@code ?url=}, and
 * if they matter {@code method}, {@code from}, {@code listener}, and {@code header} as often as
 * there are header fields.
 */
final class ExplainResource {
  private final NodeView node;

  /** One at a time: of a pool of ten thousand servers it takes a while. */
  private final Semaphore room = new Semaphore(1);

  ExplainResource(NodeView node) {
    this.node = node;
  }

  static boolean isAt(List<String> path) {
    return path.equals(List.of("v1", "explain"));
  }

  Answer answer(HttpExchange exchange) throws Problem {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new Problem(Answer.notAllowed("/v1/explain", "GET, HEAD"));
    }
    // A page of another site could have it computed again and again.
    SameOrigin.demand(exchange);
    ImaginedRequest request = ImaginedRequest.read(Queries.pairs(exchange.getRequestURI()));
    if (!room.tryAcquire()) {
      throw new Problem(Answer.busy("Another request is being explained."));
    }
    try {
      return Answer.json(ExplainReport.of(request, explained(request)));
    } finally {
      room.release();
    }
  }

  private Explanation explained(ImaginedRequest request) throws Problem {
    try {
      return node.explain(request.inquiry())
          .orElseThrow(
              () -> new Problem(Answer.busy("The listener is about to open or to close.")));
    } catch (NoListenerException e) {
      throw new Problem(400, "Bad Request", e.getMessage());
    }
  }
}
