package io.steelyard.admin;

import io.steelyard.core.address.IpText;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.Forecast;
import io.steelyard.core.explain.Forecast.Share;
import io.steelyard.core.explain.KeptOut;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.Pool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The answer to {@code GET /v1/explain}: for programs, and as steps in words for people. */
final class ExplainReport {
  private ExplainReport() {}

  static Map<String, Object> of(ImaginedRequest request, Explanation explanation) {
    Routed routed = explanation.routed();
    Optional<Pool> pool = routed.pool();
    List<KeptOut> keptOut = pool.map(KeptOut::of).orElse(List.of());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("listener", routed.listener().name());
    out.put("from", IpText.of(request.from()));
    out.put("status", explanation.status() == 0 ? null : explanation.status());
    out.put("cause", explanation.cause());
    out.put("waits", explanation.waits());
    out.put("route", routed.route() < 0 ? null : route(routed));
    out.put("pool", pool.map(Pool::name).orElse(null));
    out.put("balance", pool.map(p -> p.balancing().algorithm().label()).orElse(null));
    out.put("key", pool.flatMap(ExplainReport::key).orElse(null));
    out.put("session", explanation.sticky().map(s -> session(s.label(), routed)).orElse(null));
    out.put("servers", explanation.forecast().map(ExplainReport::servers).orElse(List.of()));
    out.put("kept_out", keptOut.stream().map(ExplainReport::keptOut).toList());
    out.put("steps", ExplainWords.steps(request, explanation, keptOut));
    return out;
  }

  private static Map<String, Object> route(Routed routed) {
    List<Route> routes = routed.listener().routes().routes();
    Route route = routes.get(routed.route());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("number", routed.route() + 1);
    out.put("of", routes.size());
    out.put("host", route.host());
    out.put("path", route.path());
    out.put("conditions", route.conditions().words());
    return out;
  }

  /** What a pool hashes by; empty if it does not. */
  static Optional<String> key(Pool pool) {
    return switch (pool.balancing().algorithm()) {
      case IP_HASH -> Optional.of(words(HashKey.ADDRESS));
      case HASH -> Optional.of(words(pool.balancing().hashKey()));
      default -> Optional.empty();
    };
  }

  /** What of a request it is, for people. */
  static String words(HashKey key) {
    return switch (key.kind()) {
      case ADDRESS -> "the client's address";
      case PATH -> "the path";
      case HEADER, COOKIE, QUERY -> key.kind().name().toLowerCase(Locale.ROOT) + " " + key.name();
    };
  }

  private static Map<String, Object> session(String result, Routed routed) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("result", result);
    out.put("home", routed.bound().home().orElse(null));
    out.put("others_asked", routed.bound().asksOthers());
    return out;
  }

  private static List<Map<String, Object>> servers(Forecast forecast) {
    return forecast.shares().stream().map(ExplainReport::share).toList();
  }

  private static Map<String, Object> share(Share share) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("server", share.server());
    out.put("share", share.share());
    return out;
  }

  private static Map<String, Object> keptOut(KeptOut one) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("server", one.server());
    out.put("why", one.why());
    return out;
  }
}
