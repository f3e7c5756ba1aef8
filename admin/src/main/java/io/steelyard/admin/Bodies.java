package io.steelyard.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What requests bring along. Whatever is wrong with it is the client's, and nothing is done. */
final class Bodies {
  private static final String JSON = "application/json";
  private static final String MERGE_PATCH = "application/merge-patch+json";

  private Bodies() {}

  /**
   * All of it.
   *
   * @param what it is, in the plural: {@code documents}
   */
  static byte[] read(HttpExchange exchange, int bytesMax, String what) throws Problem {
    byte[] body;
    try {
      body = exchange.getRequestBody().readNBytes(bytesMax + 1);
    } catch (IOException e) {
      throw new Problem(
          400,
          "Bad Request",
          "The body is not whole, or malformed (%s); nothing is done.".formatted(e.getMessage()));
    }
    if (body.length > bytesMax) {
      throw new Problem(
          413, "Content Too Large", "%s have at most %d bytes.".formatted(what, bytesMax));
    }
    return body;
  }

  /** A JSON object with no members but these. */
  static Map<?, ?> object(String body, Set<String> members) throws Problem {
    Object read;
    try {
      read = JsonReader.read(body);
    } catch (JsonException e) {
      throw new Problem(400, "Bad JSON", "The body is no JSON: " + e.getMessage() + ".");
    }
    if (!(read instanceof Map<?, ?> object)) {
      throw refused("A JSON object is expected.");
    }
    for (Object name : object.keySet()) {
      if (!members.contains((String) name)) {
        throw refused(
            "There is no \"%s\" here, only %s."
                .formatted(
                    name,
                    members.stream()
                        .sorted()
                        .map(m -> '"' + m + '"')
                        .collect(Collectors.joining(", "))));
      }
    }
    return object;
  }

  static Problem refused(String why) {
    return new Problem(422, "Unprocessable Content", why);
  }

  static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Refuses what does not say that it is JSON. */
  static void demandJson(Headers headers) throws Problem {
    String type = String.valueOf(headers.getFirst("Content-Type"));
    int parameters = type.indexOf(';');
    String plain = parameters < 0 ? type : type.substring(0, parameters);
    if (!Set.of(JSON, MERGE_PATCH).contains(plain.strip().toLowerCase(Locale.ROOT))) {
      throw new Problem(
          Answer.problem(
                  415, "Unsupported Media Type", "The Content-Type must be application/json.")
              .with("Accept-Patch", JSON + ", " + MERGE_PATCH));
    }
  }
}
