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
    return switch (value.node()) {
      case MappingNode _ -> full.read(value);
      case ScalarNode _ -> brief.read(value);
      default -> {
        value.expected(expected());
        yield Optional.empty();
      }
    };
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
