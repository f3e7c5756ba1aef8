package io.steelyard.config.bind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A list of equal things.
 *
 * @param noun what one of them is called
 * @param min how many there are at least
 * @param max how many there are at most
 */
public record ListOf<T>(String noun, Type<T> item, int min, int max) implements Type<List<T>> {
  /** As many as fit into a document. */
  public ListOf(String noun, Type<T> item, int min) {
    this(noun, item, min, Integer.MAX_VALUE);
  }

  @Override
  public Optional<List<T>> read(Value value) {
    if (!(value.node() instanceof SequenceNode list)) {
      value.expected("a list");
      return Optional.empty();
    }
    if (list.getValue().size() < min && !value.binding().grows(value.key())) {
      value.problem("expected at least one " + noun);
      return Optional.empty();
    }
    if (list.getValue().size() > max) {
      value.problem("expected at most %d, found %d".formatted(max, list.getValue().size()));
      return Optional.empty();
    }
    List<T> items = new ArrayList<>();
    int position = 0;
    for (Node node : list.getValue()) {
      position++;
      Value child = value.parent().child(value.key(), noun + " " + position, node);
      item.read(child).ifPresent(items::add);
    }
    return items.size() == position ? Optional.of(List.copyOf(items)) : Optional.empty();
  }

  @Override
  public String expected() {
    return "a list: each " + item.expected();
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "array");
    schema.put("items", item.schema());
    if (min > 0) {
      schema.put("minItems", min);
    }
    if (max < Integer.MAX_VALUE) {
      schema.put("maxItems", max);
    }
    return schema;
  }
}
