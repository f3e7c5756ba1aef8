package io.steelyard.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes maps, lists and scalars as indented JSON. */
final class JsonText {
  private JsonText() {}

  static String of(Object value, String indent) {
    String deeper = indent + "  ";
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> deeper + of(e.getKey(), "") + ": " + of(e.getValue(), deeper))
              .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
      case List<?> list when list.stream().allMatch(String.class::isInstance) ->
          list.stream().map(i -> of(i, "")).collect(Collectors.joining(", ", "[", "]"));
      case List<?> list ->
          list.stream()
              .map(i -> deeper + of(i, deeper))
              .collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
      case String s -> '"' + s.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      default -> String.valueOf(value);
    };
  }
}
