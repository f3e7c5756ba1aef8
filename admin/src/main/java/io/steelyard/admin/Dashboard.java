package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code /}: a page that shows the node to its operator, and the files that it consists of below
 * {@code /dashboard/}; each read when it is asked for. They are the same for everybody and tell
 * nothing of the node: what they show, the browser asks the API for, with the token where there is
 * one.
 */
final class Dashboard {
  /** By path; nothing else is served. */
  private static final Map<String, String> FILES =
      Map.of(
          "/", "index.html",
          "/dashboard/dashboard.css", "dashboard.css",
          "/dashboard/main.js", "main.js",
          "/dashboard/api.js", "api.js",
          "/dashboard/dom.js", "dom.js",
          "/dashboard/events.js", "events.js",
          "/dashboard/node.js", "node.js",
          "/dashboard/pools.js", "pools.js",
          "/dashboard/rates.js", "rates.js",
          "/dashboard/wish.js", "wish.js");

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8");

  /** Nothing of other hosts, nothing inline, and in no frame (Content Security Policy Level 3). */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private Dashboard() {}

  /** {@code path} is decoded. */
  static boolean isAt(String path) {
    return FILES.containsKey(path);
  }

  /** Whether one of the files is read: that needs no token. */
  static boolean isRead(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    return (method.equals("GET") || method.equals("HEAD"))
        && isAt(exchange.getRequestURI().getPath());
  }

  /** The file at one of the paths, or that the browser has it. */
  static Answer answer(HttpExchange exchange) throws IOException, Problem {
    String path = exchange.getRequestURI().getPath();
    if (!isRead(exchange)) {
      throw new Problem(Answer.notAllowed(path, "GET, HEAD"));
    }
    Queries.demandNone(exchange);
    String name = FILES.get(path);
    String text = text(name);
    Answer file = new Answer(200, CONTENT_TYPES.get(name.substring(name.indexOf('.') + 1)), text);
    return Preconditions.of(exchange.getRequestHeaders())
        .answer(file, Preconditions.tag(text))
        // Kept, but asked for each time: another version of the node may have another page.
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY)
        .with("Referrer-Policy", "no-referrer");
  }

  private static String text(String name) throws IOException {
    try (InputStream in = Dashboard.class.getResourceAsStream("dashboard/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
