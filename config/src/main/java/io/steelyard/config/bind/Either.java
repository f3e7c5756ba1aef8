package io.steelyard.config.bind;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A single value, or the mapping that it is short for. */
public record Either<T>(Scalar<T> brief, Section<T> full) implements Type<T> {
  @Override
  public Optional<T> read(Value value) {
    // No switch over patterns on the way of a start: the JDK spins a class for each, every time.
    if (value.node() instanceof MappingNode) {
      return full.read(value);
    }
    if (value.node() instanceof ScalarNode) {
      return brief.read(value);
    }
    value.expected(expected());
    return Optional.empty();
  }

  @Override
  public String expected() {
    return brief.expected() + " or a mapping";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("oneOf", List.of(brief.schema(), full.schema()));
  }
}
