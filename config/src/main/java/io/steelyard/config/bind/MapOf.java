package io.steelyard.config.bind;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Named things, in the order of the file; at least one. Their names can be referred to.
 *
 * @param noun what one of them is called
 * @param name what a name may look like
 */
public record MapOf<T>(String noun, Scalar<String> name, Type<T> item) implements Type<List<T>> {
  @Override
  public Optional<List<T>> read(Value value) {
    if (!(value.node() instanceof MappingNode map)) {
      value.expected(expected());
      return Optional.empty();
    }
    if (map.getValue().isEmpty() && !value.binding().emptyAllowed()) {
      value.problem("expected at least one " + noun);
      return Optional.empty();
    }
    List<T> items = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : map.getValue()) {
      // Other keys, and the same key again, are reported by the tree's inspection.
      if (entry.getKeyNode() instanceof ScalarNode key && seen.add(key.getValue())) {
        read(value, key, entry).ifPresent(items::add);
      }
    }
    return items.size() == map.getValue().size()
        ? Optional.of(List.copyOf(items))
        : Optional.empty();
  }

  private Optional<T> read(Value map, ScalarNode key, NodeTuple entry) {
    String itemName = key.getValue();
    String label = noun + " '" + Spelling.quotable(itemName) + "'";
    boolean named = name.read(map.parent().child(itemName, "name of " + label, key)).isPresent();
    map.binding().declare(noun, itemName, key);
    Optional<T> read = item.read(map.parent().child(itemName, label, entry.getValueNode()));
    return named ? read : Optional.empty();
  }

  @Override
  public String expected() {
    return "a mapping of names to " + noun + "s";
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("minProperties", 1);
    schema.put("propertyNames", Map.of("pattern", name.schema().get("pattern")));
    schema.put("additionalProperties", item.schema());
    return schema;
  }
}
