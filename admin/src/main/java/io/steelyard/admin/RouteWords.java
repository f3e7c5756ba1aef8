package io.steelyard.admin;

import io.steelyard.core.explain.Routed;
import io.steelyard.core.route.Action;
import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.HeaderChanges.Field;
import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The route of an explanation, in words. Values of header fields may be secrets: they are not told.
 */
final class RouteWords {
  private static final int DENIED = 403;

  private RouteWords() {}

  /** Of a route by which servers answer. */
  static List<String> leads(Routed routed, Pool pool) {
    if (routed.listener().protocol() != Protocol.HTTP) {
      return List.of("it leads to pool " + pool.name());
    }
    Route route = route(routed);
    List<String> words = new ArrayList<>();
    words.add(which(routed) + " leads to pool " + pool.name() + share(routed, route));
    route
        .treatment()
        .rewrite()
        .ifPresent(prefix -> words.add("its own path becomes " + prefix + " for servers"));
    changes(route.treatment().request())
        .ifPresent(names -> words.add("header fields for servers: " + names));
    changes(route.treatment().response())
        .ifPresent(names -> words.add("header fields for clients: " + names));
    return words;
  }

  /** Of a route by which the balancer answers by itself. */
  static String answers(Routed routed) {
    int own =
        switch (route(routed).action()) {
          case Action.Redirect(_, int status) -> status;
          case Action.Respond(int status, _, _) -> status;
          case Action.Pools _ -> DENIED;
        };
    if (routed.status() != own) {
      return which(routed)
          + (routed.status() == DENIED
              ? " does not serve this client"
              : " has no answer to this request");
    }
    String what =
        switch (route(routed).action()) {
          case Action.Redirect(var to, int status) -> "redirects to " + to + " (" + status + ")";
          case Action.Respond(int status, _, _) -> "is answered " + status + " by the balancer";
          case Action.Pools _ -> "does not serve this client";
        };
    return which(routed) + " " + what;
  }

  private static Route route(Routed routed) {
    return routed.listener().routes().routes().get(routed.route());
  }

  private static String which(Routed routed) {
    Route route = route(routed);
    String host = route.host().isEmpty() ? "any host" : "host " + route.host();
    String path = route.path().isEmpty() ? "any path" : "path " + route.path();
    boolean exact = !route.conditions().exact().isEmpty();
    List<String> asks = new ArrayList<>(exact ? List.of(host) : List.of(host, path));
    asks.addAll(route.conditions().words());
    return "route %d of %d (%s)"
        .formatted(
            routed.route() + 1,
            routed.listener().routes().routes().size(),
            String.join(", ", asks));
  }

  private static String share(Routed routed, Route route) {
    if (!(route.action() instanceof Action.Pools(List<Action.Share> shares)) || shares.size() < 2) {
      return "";
    }
    int all = shares.stream().mapToInt(Action.Share::weight).sum();
    String parts =
        shares.stream()
            .map(share -> "%.1f %%".formatted(100.0 * share.weight() / all))
            .collect(Collectors.joining(", "));
    return (routed.bound().exists() ? ", where its session is" : ", the likeliest")
        + " of its "
        + shares.size()
        + " (in their order "
        + parts
        + ")";
  }

  private static Optional<String> changes(HeaderChanges changes) {
    String names =
        Stream.of(
                changes.set().stream().map(Field::name).map(name -> name + " set"),
                changes.add().stream().map(Field::name).map(name -> name + " added"),
                changes.remove().stream().map(name -> name + " removed"))
            .flatMap(all -> all)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }
}
