package io.steelyard.config.bind;

import java.util.LinkedHashMap;
import java.util.Map;

/** Makes pieces of a JSON Schema whose keys keep their order. */
final class Schema {
  private Schema() {}

  /** From keys and values in turn. */
  static Map<String, Object> of(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
