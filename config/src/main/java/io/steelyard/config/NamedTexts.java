package io.steelyard.config;

import io.steelyard.config.bind.Spelling;
import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of names to values of one kind, in the order of the file; at least one.
 *
 * @param noun what a value is, for messages: {@code header}
 * @param anyCase whether names that differ in case only are the same
 * @param max how many there are at most
 * @param item makes one of a name and its value
 */
record NamedTexts<V, T>(
    String noun,
    Type<String> name,
    Type<V> value,
    boolean anyCase,
    int max,
    BiFunction<String, V, T> item)
    implements Type<List<T>> {

  @Override
  public Optional<List<T>> read(Value at) {
    if (!(at.node() instanceof MappingNode map)) {
      at.problem("expected " + expected() + ", found something else");
      return Optional.empty();
    }
    int size = map.getValue().size();
    if (size < 1 || size > max) {
      at.problem("expected 1 to %d, found %d".formatted(max, size));
      return Optional.empty();
    }
    List<T> items = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : map.getValue()) {
      // Other keys are reported by the tree's inspection.
      if (entry.getKeyNode() instanceof ScalarNode key) {
        one(at, key, entry, seen).ifPresent(items::add);
      }
    }
    return items.size() == size ? Optional.of(List.copyOf(items)) : Optional.empty();
  }

  private Optional<T> one(Value map, ScalarNode key, NodeTuple entry, Set<String> seen) {
    String written = key.getValue();
    String label = noun + " '" + Spelling.quotable(written) + "' in " + map.label();
    Value at = map.parent().child(written, "name of " + label, key);
    Optional<String> readName = name.read(at);
    if (!seen.add(anyCase ? written.toLowerCase(Locale.ROOT) : written)) {
      at.problem("it is given already" + (anyCase ? ": case does not matter" : ""));
      readName = Optional.empty();
    }
    Optional<V> readValue = value.read(map.parent().child(written, label, entry.getValueNode()));
    return readName.flatMap(n -> readValue.map(v -> item.apply(n, v)));
  }

  @Override
  public String expected() {
    return "a mapping of " + noun + " names to values";
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("minProperties", 1);
    schema.put("maxProperties", max);
    schema.put("propertyNames", Map.of("pattern", name.schema().get("pattern")));
    schema.put(
        "additionalProperties",
        value.schema().get("type") instanceof String type && type.equals("string")
            ? Map.of("type", List.of("string", "number", "boolean"))
            : value.schema());
    return schema;
  }
}
