package io.steelyard.config.bind;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A single value, or a list of such; at least one. */
public record OneOrMore<T>(Scalar<T> item, ListOf<T> items) implements Type<List<T>> {
  /**
   * Values that have a name for messages.
   *
   * @param max how many there are at most
   */
  public static <T> OneOrMore<T> of(String noun, Scalar<T> item, int max) {
    return new OneOrMore<>(item, new ListOf<>(noun, item, 1, max));
  }

  @Override
  public Optional<List<T>> read(Value value) {
    return value.node() instanceof ScalarNode ? item.read(value).map(List::of) : items.read(value);
  }

  @Override
  public String expected() {
    return item.expected() + ", or a list of such";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("oneOf", List.of(item.schema(), items.schema()));
  }
}
