package io.steelyard.app.cli;

import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Talks to a node's admin API for the commands. */
final class AdminClient {
  static final Option ADMIN =
      new Option("--admin", "URL", "The node's admin API; default: http://127.0.0.1:7700.");
  static final Option JSON = Option.flag("--json", "Print the answer as it came, for machines.");

  private static final String DEFAULT_ADMIN = "http://127.0.0.1:7700";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  /** More than any node has to say. */
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  private final String command;
  private final String admin;
  private final HttpClient http;

  private AdminClient(String command, String admin) {
    this.command = command;
    this.admin = admin;
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
  }

  /** For the node that {@code --admin} names. */
  static AdminClient of(String command, Arguments arguments) throws UsageException {
    String given = arguments.one(ADMIN.name()).orElse(DEFAULT_ADMIN);
    String admin = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
    if (!isHttp(admin)) {
      throw new UsageException("--admin must be an http:// URL, not '" + given + "'");
    }
    return new AdminClient(command, admin);
  }

  private static boolean isHttp(String admin) {
    try {
      URI uri = URI.create(admin);
      return "http".equals(uri.getScheme()) && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A name as a segment of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What is at {@code path}. */
  String read(String path) throws Refused, InterruptedException {
    return answer(request(path).header("Accept", "application/json").GET().build());
  }

  /** Changes what is at {@code path}; answers how it stands then. */
  String change(String path, String json) throws Refused, InterruptedException {
    return answer(
        request(path)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  /**
   * Puts a document at {@code path}.
   *
   * @param match the tag of what it takes the place of, * for any; empty for none
   */
  String put(String path, String document, String match) throws Refused, InterruptedException {
    HttpRequest.Builder request = request(path).header("Content-Type", "application/yaml");
    if (!match.isEmpty()) {
      request.header("If-Match", match);
    }
    return answer(request.PUT(HttpRequest.BodyPublishers.ofString(document)).build());
  }

  /** Has something done at {@code path}, if what it changes is still as it was seen. */
  String post(String path, String json, String match) throws Refused, InterruptedException {
    return answer(
        request(path)
            .header("Content-Type", "application/json")
            .header("If-Match", match)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  /** A text at {@code path}, whatever its type. */
  String text(String path) throws Refused, InterruptedException {
    return answer(request(path).GET().build());
  }

  /** Deletes what is at {@code path}. */
  String delete(String path) throws Refused, InterruptedException {
    return answer(request(path).DELETE().build());
  }

  /** Has something done at {@code path}. */
  String post(String path) throws Refused, InterruptedException {
    return answer(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  /** Opens a stream of events after the number {@code after}. */
  InputStream stream(String path, long after) throws Refused, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(admin + path))
            .header("Accept", "text/event-stream")
            .header("Last-Event-ID", Long.toString(after))
            .build();
    HttpResponse<InputStream> response = send(request);
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), text(response));
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(admin + path)).timeout(READ_TIMEOUT);
  }

  private String answer(HttpRequest request) throws Refused, InterruptedException {
    HttpResponse<InputStream> response = send(request);
    String text = text(response);
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), text);
    }
    return text;
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws Refused, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  private String text(HttpResponse<InputStream> response) throws Refused {
    try (InputStream body = response.body()) {
      return new String(body.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /** The node cannot be reached. */
  Refused noAnswer(IOException e) {
    String why = e.getMessage() == null ? "cannot connect" : e.getMessage();
    return new Refused("steelyard " + command + ": no answer from " + admin + ": " + why);
  }

  /** The node's own words, if it has found any. */
  private Refused refused(int status, String body) {
    String why = "answered " + status;
    try {
      if (JsonReader.read(body) instanceof Map<?, ?> problem
          && problem.get("detail") instanceof String detail) {
        why = detail;
      }
    } catch (JsonException e) {
      // Then the status has to do.
    }
    return new Refused("steelyard " + command + ": " + why);
  }

  /** What {@code view} makes of an answer; anything may answer there: a page, other JSON. */
  <T> T understood(String json, Function<Map<?, ?>, T> view) throws Refused {
    try {
      if (JsonReader.read(json) instanceof Map<?, ?> object) {
        return view.apply(object);
      }
    } catch (JsonException | ClassCastException | NullPointerException e) {
      // Said below.
    }
    throw new Refused(
        "steelyard " + command + ": what answers at " + admin + " is no Steelyard node");
  }
}
