package io.steelyard.app.cli;

import io.steelyard.wire.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A command cannot do what it was asked for; the message, one line or more, is for the user. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  /** What a node answered with, for programs; empty when none did. */
  private final transient Map<?, ?> problem;

  Refused(String message) {
    this(message, Map.of());
  }

  /**
   * @param problem what a node answered with (RFC 9457), or had answered before it came to this
   */
  Refused(String message, Map<?, ?> problem) {
    super(message);
    this.problem = problem;
  }

  /** The status that a node answered with; 0 when none did. */
  int status() {
    return problem.get("status") instanceof Number status ? status.intValue() : 0;
  }

  /** The same, and what to do about it. */
  Refused with(String advice) {
    return new Refused(getMessage() + " " + advice, problem);
  }

  /** The same in other words: of the message, and of all that the node's answer says. */
  Refused in(UnaryOperator<String> words) {
    Map<String, Object> said = new LinkedHashMap<>();
    problem.forEach((key, value) -> said.put(key.toString(), said(value, words)));
    return new Refused(words.apply(getMessage()), said);
  }

  private static Object said(Object value, UnaryOperator<String> words) {
    if (value instanceof Iterable<?> list) {
      List<Object> all = new ArrayList<>();
      list.forEach(item -> all.add(said(item, words)));
      return all;
    }
    return value instanceof String text ? words.apply(text) : value;
  }

  /** For programs: {@code result} is {@code refused}, and what the node answered with if it did. */
  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("result", "refused");
    all.put("detail", getMessage());
    problem.forEach((key, value) -> all.put(key.toString(), value));
    all.put("result", "refused");
    return JsonWriter.text(all) + "\n";
  }
}
