package io.steelyard.admin;

import io.steelyard.core.address.IpText;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.explain.Bound;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.Forecast;
import io.steelyard.core.explain.KeptOut;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.StickyResult;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An explanation in words, a line for each step. */
final class ExplainWords {
  /** Further servers are only counted. */
  private static final int NAMED_MAX = 10;

  private ExplainWords() {}

  static List<String> steps(
      ImaginedRequest request, Explanation explanation, List<KeptOut> keptOut) {
    Routed routed = explanation.routed();
    List<String> steps = new ArrayList<>();
    steps.add(listener(routed.listener()));
    if (routed.pool().isEmpty() && routed.route() >= 0) {
      steps.add(RouteWords.answers(routed));
    }
    if (routed.pool().isPresent()) {
      Pool pool = routed.pool().get();
      steps.addAll(RouteWords.leads(routed, pool));
      explanation.sticky().ifPresent(sticky -> steps.add(session(sticky, routed.bound(), pool)));
      if (!keptOut.isEmpty()) {
        steps.add("kept out of pool " + pool.name() + ": " + keptOut(keptOut));
      }
      if (pool.state().panic()) {
        steps.add("so few are healthy that health is not asked for (panic-threshold)");
      }
      boolean balanced =
          explanation.sticky().isEmpty() || isBalanced(explanation.sticky().get(), pool);
      if (balanced && explanation.status() == 0) {
        steps.add(balance(request, routed, pool));
      }
    }
    steps.add(end(explanation));
    return steps;
  }

  /** Whether the pool's balancer places a request of a session, and not the session itself. */
  private static boolean isBalanced(StickyResult result, Pool pool) {
    return switch (result) {
      case NEW, FORGED, EXPIRED -> true;
      case MOVED -> pool.balancing().algorithm().hashes();
      case KEPT, REFUSED -> false;
    };
  }

  private static String listener(Listener listener) {
    return "listener %s at %s takes %s%s"
        .formatted(
            listener.name(),
            address(listener.address()),
            listener.protocol().name().toLowerCase(Locale.ROOT),
            listener.tls().isPresent() ? " in TLS" : "");
  }

  /** Without the slash that Java puts before what is no name. */
  private static String address(SocketAddress address) {
    return address.toString().replaceFirst("^/(?=[^/]+:\\d+$)", "");
  }

  private static String session(StickyResult result, Bound bound, Pool pool) {
    String home = bound.home().orElse("");
    String words =
        switch (result) {
          case NEW -> begins(bound, pool);
          case FORGED -> "its cookie was written by nobody who may: a new session begins";
          case EXPIRED -> "its session is over: a new one begins";
          case KEPT -> "its session is at home at " + home + ", and stays there";
          case REFUSED ->
              home + ", where its session is at home, cannot go on, and it may not move";
          case MOVED ->
              home.isEmpty()
                  ? "its session is at home at no server of the pool: it moves"
                  : home + ", where its session is at home, cannot go on: it moves";
        };
    return bound.asksOthers() ? words + ", unless another node knows it" : words;
  }

  private static String begins(Bound bound, Pool pool) {
    return switch (pool.sticky().means()) {
      case Sticky.Means.Cookie means ->
          "it says nothing of a session (cookie " + means.cookie().name() + "): one begins";
      case Sticky.Means.Keyed means -> begins(bound, means);
      case Sticky.Means.None _ -> "";
    };
  }

  private static String begins(Bound bound, Sticky.Means.Keyed means) {
    String by = ExplainReport.words(means.key());
    if (!bound.tells()) {
      return means.learned()
          ? "it has no " + by + ": no session, unless the answer begins one"
          : "it has no " + by + ": no session";
    }
    return means.learned()
        ? "no session is known by its " + by + ": one begins if the server does not refuse it"
        : "no session is known by " + by + ": one begins";
  }

  private static String keptOut(List<KeptOut> all) {
    String named =
        all.stream()
            .limit(NAMED_MAX)
            .map(one -> one.server() + " (" + one.why() + ")")
            .collect(Collectors.joining(", "));
    return all.size() > NAMED_MAX ? named + " and " + (all.size() - NAMED_MAX) + " more" : named;
  }

  private static String balance(ImaginedRequest request, Routed routed, Pool pool) {
    String label = pool.balancing().algorithm().label();
    String address = IpText.of(request.from());
    HashKey key = pool.balancing().hashKey();
    return switch (pool.balancing().algorithm()) {
      case IP_HASH -> label + " chooses by the client's address, " + address;
      case HASH ->
          key.kind() == HashKey.Kind.ADDRESS
              ? label + " chooses by the client's address, " + address
              : routed.keyFound()
                  ? label + " chooses by " + ExplainReport.words(key)
                  : label
                      + " chooses by "
                      + ExplainReport.words(key)
                      + ", which it lacks: by the client's address, "
                      + address;
      default -> label + " chooses, whoever asks";
    };
  }

  private static String end(Explanation explanation) {
    if (explanation.status() != 0) {
      return "=> answered " + explanation.status() + ": " + explanation.cause();
    }
    if (explanation.waits()) {
      Pool pool = explanation.routed().pool().orElseThrow();
      return "=> waits for room, with %d others (queue: %d)%s"
          .formatted(
              pool.state().newcomersWaiting(),
              pool.limits().queue(),
              explanation.cause().isEmpty() ? "" : ": " + explanation.cause());
    }
    List<Forecast.Share> shares = explanation.forecast().orElseThrow().shares();
    if (shares.size() == 1) {
      return "=> server " + shares.getFirst().server();
    }
    String named =
        shares.stream()
            .limit(NAMED_MAX)
            .map(s -> "%s %.1f %%".formatted(s.server(), 100 * s.share()))
            .collect(Collectors.joining(", "));
    String more = shares.size() > NAMED_MAX ? " and " + (shares.size() - NAMED_MAX) + " more" : "";
    return "=> of such requests now: " + named + more;
  }
}
