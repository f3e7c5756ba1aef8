package io.steelyard.admin;

import io.steelyard.wire.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole response.
 *
 * @param headers further header fields
 */
record Answer(int status, String contentType, String body, Map<String, String> headers) {
  Answer(int status, String contentType, String body) {
    this(status, contentType, body, Map.of());
  }

  static Answer text(int status, String line) {
    return new Answer(status, "text/plain; charset=utf-8", line + "\n");
  }

  static Answer json(Object value) {
    return new Answer(200, "application/json", JsonWriter.text(value) + "\n");
  }

  /** A problem document (RFC 9457). */
  static Answer problem(int status, String title, String detail) {
    return problem(status, title, detail, Map.of());
  }

  /** With further members. */
  static Answer problem(int status, String title, String detail, Map<String, ?> further) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    problem.put("detail", detail);
    problem.putAll(further);
    return new Answer(status, "application/problem+json", JsonWriter.text(problem) + "\n");
  }

  static Answer notFound(String detail) {
    return problem(404, "Not Found", detail);
  }

  /** {@code allow} names the methods that there are. */
  static Answer notAllowed(String path, String allow) {
    return problem(405, "Method Not Allowed", path + " takes " + allow + ".").with("Allow", allow);
  }

  /** There are too many of these requests at a time. */
  static Answer busy(String detail) {
    return problem(503, "Busy", detail).with("Retry-After", "1");
  }

  Answer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, contentType, body, more);
  }

  byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
