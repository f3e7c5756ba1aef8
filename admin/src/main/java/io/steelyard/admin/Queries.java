package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes queries apart. */
final class Queries {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

  private Queries() {}

  /** The parameters of a query, each given once at most, of these names only. */
  static Map<String, String> of(URI uri, String... known) throws Problem {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Pair pair : pairs(uri)) {
      if (!List.of(known).contains(pair.name())
          || parameters.put(pair.name(), pair.value()) != null) {
        throw new Problem(400, "Bad Request", expected(known));
      }
    }
    return parameters;
  }

  /**
   * A parameter of a query.
   *
   * @param value empty if there is none
   */
  record Pair(String name, String value) {}

  /** All parameters of a query, as they stand there. */
  static List<Pair> pairs(URI uri) throws Problem {
    List<Pair> pairs = new ArrayList<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        pairs.add(new Pair(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))));
      }
    }
    return pairs;
  }

  /** For what takes no parameters: who gives some expects what will not happen. */
  static void demandNone(HttpExchange exchange) throws Problem {
    of(exchange.getRequestURI());
  }

  private static String expected(String... known) {
    return switch (known.length) {
      case 0 -> "There are no parameters here.";
      case 1 -> "The only parameter is " + known[0] + ", given once at most.";
      default -> "The parameters are " + String.join(", ", known) + ", each given once at most.";
    };
  }

  /** {@code true} or nothing, or {@code false}, which is what holds when it is not given. */
  static boolean flag(Map<String, String> query, String name) throws Problem {
    return switch (query.getOrDefault(name, "false")) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw new Problem(400, "Bad Request", "'%s' is true or false.".formatted(name));
    };
  }

  /** A duration as it stands in a configuration, as {@code 500ms} or {@code 2m}. */
  static Duration duration(String name, String text) throws Problem {
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw new Problem(
          400, "Bad Request", "'%s' is a duration such as 500ms, 60s or 5m.".formatted(name));
    }
    long number = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private static String decoded(String raw) throws Problem {
    try {
      return URLDecoder.decode(raw, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "Bad Request", "The query is not encoded correctly.");
    }
  }
}
