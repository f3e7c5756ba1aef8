package io.steelyard.testkit.consul;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request to the fake, as Consul's API takes it apart. */
final class Exchange {
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h)");

  private final HttpExchange http;
  private final String path;
  private final Map<String, String> query = new HashMap<>();
  private final byte[] body;

  private Exchange(HttpExchange http, byte[] body) {
    this.http = http;
    this.path = decoded(http.getRequestURI().getRawPath());
    this.body = body;
    String raw = http.getRequestURI().getRawQuery();
    for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
      String[] sides = part.split("=", 2);
      query.put(sides[0], sides.length < 2 ? "" : decoded(sides[1]));
    }
  }

  /** Reads it whole. */
  static Exchange of(HttpExchange http) throws IOException {
    return new Exchange(http, http.getRequestBody().readAllBytes());
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  String method() {
    return http.getRequestMethod();
  }

  String path() {
    return path;
  }

  /** What stands behind this beginning of the path. */
  String after(String beginning) {
    return path.substring(beginning.length());
  }

  boolean has(String name) {
    return query.containsKey(name);
  }

  String value(String name) {
    return query.getOrDefault(name, "");
  }

  long number(String name) {
    String text = value(name);
    return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
  }

  String token() {
    return Optional.ofNullable(http.getRequestHeaders().getFirst("X-Consul-Token")).orElse("");
  }

  byte[] body() {
    return body.clone();
  }

  /** A text of the body's JSON object. */
  Optional<String> field(String name) {
    Matcher field =
        Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"")
            .matcher(new String(body, StandardCharsets.UTF_8));
    return field.find() ? Optional.of(field.group(1)) : Optional.empty();
  }

  /** A duration as Go writes it, in one unit. */
  static Optional<Duration> duration(String text) {
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(duration.group(1));
    return Optional.of(
        switch (duration.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          default -> Duration.ofHours(count);
        });
  }

  void header(String name, String value) {
    http.getResponseHeaders().set(name, value);
  }

  void answer(int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      http.getResponseBody().write(bytes);
    }
    http.close();
  }

  /** What is answered in place of a result. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refusal(int status, String text) {
      super(text);
      this.status = status;
    }

    int status() {
      return status;
    }
  }
}
