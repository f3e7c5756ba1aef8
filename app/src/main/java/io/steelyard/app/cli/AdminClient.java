package io.steelyard.app.cli;

import io.steelyard.app.cli.Transport.Request;
import io.steelyard.app.cli.Transport.Response;
import io.steelyard.config.TextSecrets;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;

/** Talks to a node's admin API for the commands. */
final class AdminClient {
  static final Option JSON = Option.flag("--json", "Print the answer as it came, for machines.");

  /** More than any node has to say. */
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  /** That are looked at of an exception. */
  private static final int CAUSES_MAX = 8;

  private final String command;
  private final String admin;
  private final Transport transport;
  private final Map<String, String> always;

  private AdminClient(
      String command, String admin, Transport transport, Map<String, String> always) {
    this.command = command;
    this.admin = admin;
    this.transport = transport;
    this.always = always;
  }

  /** For the node that the options and the environment name. */
  static AdminClient of(String command, Arguments arguments) throws UsageException {
    Map<String, String> environment = System.getenv();
    String admin = AdminOptions.admin(arguments, environment);
    Map<String, String> always = new LinkedHashMap<>();
    AdminOptions.token(arguments, environment)
        .ifPresent(token -> always.put("Authorization", "Bearer " + token));
    return new AdminClient(command, admin, AdminOptions.transport(admin, arguments), always);
  }

  /** A name as a segment of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What is at {@code path}. */
  String read(String path) throws Refused, InterruptedException {
    return answer("GET", path, Map.of("Accept", "application/json"), "");
  }

  /** Changes what is at {@code path}; answers how it stands then. */
  String change(String path, String json) throws Refused, InterruptedException {
    return answer("PATCH", path, Map.of("Content-Type", "application/json"), json);
  }

  /**
   * Puts a document at {@code path}.
   *
   * @param match the tag of what it takes the place of, * for any; empty for none
   */
  String put(String path, String document, String match) throws Refused, InterruptedException {
    Map<String, String> headers =
        match.isEmpty()
            ? Map.of("Content-Type", "application/yaml")
            : Map.of("Content-Type", "application/yaml", "If-Match", match);
    return answer("PUT", path, headers, document);
  }

  /** Has something done at {@code path}, if what it changes is still as it was seen. */
  String post(String path, String json, String match) throws Refused, InterruptedException {
    return answer(
        "POST", path, Map.of("Content-Type", "application/json", "If-Match", match), json);
  }

  /** A text at {@code path}, whatever its type. */
  String text(String path) throws Refused, InterruptedException {
    return answer("GET", path, Map.of(), "");
  }

  /** Deletes what is at {@code path}. */
  String delete(String path) throws Refused, InterruptedException {
    return answer("DELETE", path, Map.of(), "");
  }

  /** Has something done at {@code path}. */
  String post(String path) throws Refused, InterruptedException {
    return answer("POST", path, Map.of(), "");
  }

  /** Opens a stream of events after the number {@code after}. */
  InputStream stream(String path, long after) throws Refused, InterruptedException {
    Map<String, String> headers =
        Map.of("Accept", "text/event-stream", "Last-Event-ID", Long.toString(after));
    Response response = send("GET", path, headers, "", true);
    if (response.status() != 200) {
      throw refused(response.status(), text(response));
    }
    return response.body();
  }

  private String answer(String method, String path, Map<String, String> headers, String body)
      throws Refused, InterruptedException {
    Response response = send(method, path, headers, body, false);
    String text = text(response);
    if (response.status() != 200) {
      throw refused(response.status(), text);
    }
    return text;
  }

  private Response send(
      String method, String path, Map<String, String> headers, String body, boolean stream)
      throws Refused, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(always);
    all.putAll(headers);
    try {
      return transport.send(new Request(method, path, all, body, stream));
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  private String text(Response response) throws Refused {
    try (InputStream body = response.body()) {
      return new String(body.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /** The node cannot be reached. */
  Refused noAnswer(IOException e) {
    String why = e.getMessage() == null ? "cannot connect" : e.getMessage();
    if (isUnknownName(e)) {
      why = "its name is not known to this machine's resolver";
    }
    if (e instanceof SSLHandshakeException) {
      why += " (--ca FILE says whose certificates are believed, --cert and --key who asks)";
    }
    return new Refused("steelyard " + command + ": no answer from " + shown() + ": " + why);
  }

  private static boolean isUnknownName(IOException e) {
    Throwable cause = e;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++, cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private String shown() {
    return TextSecrets.mask(admin);
  }

  /** The node's own words, if it has found any. */
  private Refused refused(int status, String body) {
    String why = "answered " + status;
    Map<?, ?> problem = Map.of("status", status);
    try {
      if (JsonReader.read(body) instanceof Map<?, ?> said
          && said.get("detail") instanceof String detail) {
        why = detail;
        problem = said;
      }
    } catch (JsonException e) {
      // Then the status has to do.
    }
    if (status == 401) {
      why +=
          always.isEmpty()
              ? " Give the file with it: --token FILE, or STEELYARD_TOKEN_FILE in the environment."
              : " Is it the file that the node's 'admin: {token: FILE}' names?";
    }
    return new Refused("steelyard " + command + ": " + why, problem);
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
        "steelyard " + command + ": what answers at " + shown() + " is no Steelyard node");
  }
}
