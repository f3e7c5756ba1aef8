package io.steelyard.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.MaskedSecrets;
import io.steelyard.control.ConfigDesk;
import io.steelyard.control.ConfigDesk.Request;
import io.steelyard.control.ConfigDesk.Trial;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.revision.Revision;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/config} and what is below it: the document of the configuration, what writing another
 * one would change, former ones, and what some nodes try.
 *
 * <pre>
 *   GET  /v1/config                       the document, with its digest as ETag
 *   PUT  /v1/config                       If-Match; ?dry-run ?force ?canary=NODES&amp;for=60s
 *   GET  /v1/config/revisions             former documents
 *   GET  /v1/config/revisions/N           one of them
 *   GET  /v1/config/diff?from=N&amp;to=M      what is different between two; without one, from or to now
 *   POST /v1/config/rollback              {"revision": N, "force": false}; If-Match; ?dry-run
 *   GET  /v1/config/canary                what some nodes try, or have tried last
 *   DELETE /v1/config/canary              those that try something go back; If-Match
 * </pre>
 */
final class ConfigResource {
  private static final String READ = "GET, HEAD";
  private static final int ORDER_BYTES_MAX = 1024;
  private static final Duration TRIAL_DEFAULT = Duration.ofSeconds(60);

  private static final Duration TRIAL_MIN = Duration.ofSeconds(1);
  private static final Duration TRIAL_MAX = Duration.ofDays(1);

  private final NodeView node;

  ConfigResource(NodeView node) {
    this.node = node;
  }

  static boolean isAt(List<String> path) {
    return path.size() >= 2 && path.get(0).equals("v1") && path.get(1).equals("config");
  }

  Answer answer(HttpExchange exchange, List<String> path, Change change)
      throws IOException, Problem {
    String methods = methods(path);
    if (!List.of(methods.split(", ", -1)).contains(exchange.getRequestMethod())) {
      throw new Problem(Answer.notAllowed("This path", methods));
    }
    ConfigDesk desk = node.desk().orElseThrow(ConfigResource::fixed);
    try {
      return switch (path.size() == 2 ? "" : path.get(2)) {
        case "" -> document(exchange, desk, change);
        case "revisions" -> revisions(exchange, desk, path);
        case "diff" -> diff(exchange, desk);
        case "rollback" -> rollback(exchange, desk, change);
        default -> canary(exchange, desk, change);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.busy("The node is stopping.");
    } catch (IOException e) {
      return unavailable(exchange, e);
    }
  }

  private static Answer unavailable(HttpExchange exchange, IOException e) {
    String what =
        AdminHandler.reads(exchange)
            ? "The configuration cannot be read where it is kept (%s). What is served goes on."
                + " 'steelyard status' says when it can be reached again: then ask again."
            : "The configuration cannot be read or written where it is kept (%s). What is served"
                + " goes on. 'steelyard status' says when it can be reached again: then look with"
                + " 'steelyard config history' whether the change was made, and if not, make it"
                + " again.";
    return Answer.problem(503, "Unavailable", what.formatted(e.getMessage()))
        .with("Retry-After", "1");
  }

  /** What the resource at a path takes. */
  private static String methods(List<String> path) throws Problem {
    String below = path.size() == 2 ? "" : path.get(2);
    int sizeMax = below.equals("revisions") ? 4 : 3;
    String methods =
        switch (below) {
          case "" -> READ + ", PUT";
          case "revisions", "diff" -> READ;
          case "rollback" -> "POST";
          case "canary" -> READ + ", DELETE";
          default -> "";
        };
    if (methods.isEmpty() || path.size() > sizeMax || path.getLast().isEmpty()) {
      throw new Problem(Answer.notFound("There is nothing at this path."));
    }
    return methods;
  }

  private static Problem fixed() {
    return new Problem(
        409,
        "Conflict",
        "This node's configuration is no document that could be written here: a folder is changed"
            + " in its files, and what was given once, as by a pipe, not at all.");
  }

  private Answer document(HttpExchange exchange, ConfigDesk desk, Change change)
      throws IOException, InterruptedException, Problem {
    return exchange.getRequestMethod().equals("PUT")
        ? put(exchange, desk, change)
        : read(exchange, desk);
  }

  private static Answer read(HttpExchange exchange, ConfigDesk desk)
      throws IOException, InterruptedException, Problem {
    Queries.demandNone(exchange);
    ConfigDesk.Document document = desk.document();
    String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
    Answer answer =
        accept.contains("application/json")
            ? Answer.json(ConfigReport.document(document))
            : yaml(document.text());
    return Preconditions.of(exchange.getRequestHeaders()).answer(answer, tag(document.digest()));
  }

  private static Answer yaml(String text) {
    return new Answer(200, "application/yaml; charset=utf-8", text);
  }

  private static String tag(String digest) {
    return '"' + digest + '"';
  }

  private static Answer put(HttpExchange exchange, ConfigDesk desk, Change change)
      throws IOException, InterruptedException, Problem {
    SameOrigin.demand(exchange);
    Map<String, String> query =
        Queries.of(exchange.getRequestURI(), "dry-run", "force", "canary", "for");
    boolean dry = Queries.flag(query, "dry-run");
    change.summary((dry ? "dry run of" : "put") + " the document");
    Request request =
        new Request(
            text(exchange),
            seen(exchange.getRequestHeaders(), desk, !dry, change),
            change.who(),
            "put",
            Queries.flag(query, "force"),
            trial(query));
    return answer(dry ? desk.plan(request) : desk.write(request), change);
  }

  private static Optional<Trial> trial(Map<String, String> query) throws Problem {
    if (!query.containsKey("canary")) {
      if (query.containsKey("for")) {
        throw bad("'for' is for 'canary'.");
      }
      return Optional.empty();
    }
    String given = query.get("for");
    Duration length = given == null ? TRIAL_DEFAULT : Queries.duration("for", given);
    if (length.compareTo(TRIAL_MIN) < 0 || length.compareTo(TRIAL_MAX) > 0) {
      throw bad("'for' is from 1s to 24h.");
    }
    return Optional.of(new Trial(query.get("canary"), length));
  }

  private static Problem bad(String why) {
    return new Problem(400, "Bad Request", why);
  }

  /** Whoever writes says what it is to take the place of. */
  private static Optional<String> seen(
      Headers headers, ConfigDesk desk, boolean demanded, Change change)
      throws IOException, InterruptedException, Problem {
    if (!headers.containsKey("If-Match")) {
      if (demanded) {
        throw new Problem(
            428,
            "Precondition Required",
            "If-Match says which document this one is to take the place of: the ETag of GET"
                + " /v1/config, or * for any.");
      }
      return Optional.empty();
    }
    String digest = desk.document().digest();
    change.from(tag(digest));
    Preconditions.of(headers).demand(tag(digest));
    return headers.getFirst("If-Match").strip().equals("*")
        ? Optional.empty()
        : Optional.of(digest);
  }

  private static String text(HttpExchange exchange) throws Problem {
    byte[] body = Bodies.read(exchange, ConfigParser.FILE_BYTES_MAX, "Documents");
    try {
      return ConfigParser.text("the document", body);
    } catch (ConfigException e) {
      throw new Problem(422, "Unprocessable Content", e.errors().getFirst().toString());
    }
  }

  private static Answer revisions(HttpExchange exchange, ConfigDesk desk, List<String> path)
      throws IOException, InterruptedException, Problem {
    Queries.demandNone(exchange);
    if (path.size() == 3) {
      return Answer.json(
          Map.of("revisions", desk.history().stream().map(ConfigReport::revision).toList()));
    }
    Revision revision = revision(desk, path.get(3));
    return Preconditions.of(exchange.getRequestHeaders())
        .answer(yaml(MaskedSecrets.mask(revision.text())), tag(revision.digest()));
  }

  private static Revision revision(ConfigDesk desk, String number)
      throws IOException, InterruptedException, Problem {
    return desk.history().stream()
        .filter(revision -> Long.toString(revision.number()).equals(number))
        .findFirst()
        .orElseThrow(() -> new Problem(Answer.notFound("There is no revision " + number + ".")));
  }

  private static Answer diff(HttpExchange exchange, ConfigDesk desk)
      throws IOException, InterruptedException, Problem {
    Map<String, String> query = Queries.of(exchange.getRequestURI(), "from", "to");
    try {
      Optional<Revision> from = asked(desk, query.get("from"));
      Optional<Revision> to = asked(desk, query.get("to"));
      return Answer.json(Map.of("changes", ConfigReport.changes(desk.changes(from, to))));
    } catch (ConfigException e) {
      return Answer.problem(409, "Conflict", e.getMessage());
    }
  }

  private static Optional<Revision> asked(ConfigDesk desk, String number)
      throws IOException, InterruptedException, Problem {
    return number == null ? Optional.empty() : Optional.of(revision(desk, number));
  }

  private static Answer rollback(HttpExchange exchange, ConfigDesk desk, Change change)
      throws IOException, InterruptedException, Problem {
    SameOrigin.demand(exchange);
    boolean dry = Queries.flag(Queries.of(exchange.getRequestURI(), "dry-run"), "dry-run");
    Bodies.demandJson(exchange.getRequestHeaders());
    Map<?, ?> order =
        Bodies.object(
            Bodies.text(Bodies.read(exchange, ORDER_BYTES_MAX, "Orders")),
            Set.of("revision", "force"));
    long number = number(order.get("revision"));
    change.summary((dry ? "dry run of going " : "") + "back to revision " + number);
    Request request =
        new Request(
            "",
            seen(exchange.getRequestHeaders(), desk, !dry, change),
            change.who(),
            "",
            force(order),
            Optional.empty());
    return answer(dry ? desk.planRestore(number, request) : desk.restore(number, request), change);
  }

  private static long number(Object value) throws Problem {
    try {
      if (value instanceof BigDecimal number) {
        return number.longValueExact();
      }
    } catch (ArithmeticException e) {
      // Said below.
    }
    throw Bodies.refused("\"revision\" is the number of a revision: {\"revision\": 12}.");
  }

  private static boolean force(Map<?, ?> order) throws Problem {
    Object force = order.get("force");
    if (!order.containsKey("force") || force instanceof Boolean) {
      return Boolean.TRUE.equals(force);
    }
    throw Bodies.refused("\"force\" is true or false.");
  }

  /** What came of it is accounted for, too. */
  private static Answer answer(ConfigDesk.Answer made, Change change) {
    if (made instanceof ConfigDesk.Answer.Done done) {
      change.to(tag(done.digest()));
      change.summary(change.summary() + ", as revision " + done.revision());
    }
    return ConfigReport.of(made);
  }

  private static Answer canary(HttpExchange exchange, ConfigDesk desk, Change change)
      throws IOException, InterruptedException, Problem {
    Queries.demandNone(exchange);
    Optional<Canary> canary = desk.trial();
    Preconditions conditions = Preconditions.of(exchange.getRequestHeaders());
    if (AdminHandler.reads(exchange)) {
      return canary.isEmpty()
          ? Answer.notFound("No node has tried anything yet.")
          : conditions.answer(Answer.json(StatusReport.canary(canary.get())), tag(canary));
    }
    SameOrigin.demand(exchange);
    change.summary("end of what some nodes try");
    change.from(tag(canary));
    conditions.demand(tag(canary));
    return ConfigReport.of(
        canary.isPresent()
            ? desk.endTrial(change.who(), canary.get())
            : new ConfigDesk.Answer.Impossible("no node tries anything"));
  }

  /** Of what is tried, and whether it still is. */
  private static String tag(Optional<Canary> canary) {
    return tag(
        canary
            .map(c -> c.revision() + "-" + c.state().name().toLowerCase(Locale.ROOT))
            .orElse("none"));
  }
}
