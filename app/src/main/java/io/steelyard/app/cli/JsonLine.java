package io.steelyard.app.cli;

import java.util.Map;
import java.util.stream.Collectors;

/** Writes what was read as JSON: an object of strings, numbers and such, on one line. */
final class JsonLine {
  private JsonLine() {}

  static String of(Map<?, ?> object) {
    return object.entrySet().stream()
        .map(e -> quoted(e.getKey()) + ":" + value(e.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(Object value) {
    return value instanceof String text ? quoted(text) : String.valueOf(value);
  }

  private static String quoted(Object text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toString().toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return out.append('"').toString();
  }
}
