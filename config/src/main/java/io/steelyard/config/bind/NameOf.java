package io.steelyard.config.bind;

import java.util.Map;
import java.util.Optional;

/** The name of a thing that some {@link MapOf} of the same noun declares, before or after. */
public record NameOf(String noun, Scalar<String> name) implements Type<String> {
  @Override
  public Optional<String> read(Value value) {
    Optional<String> read = name.read(value);
    read.ifPresent(found -> value.binding().refer(noun, found, value));
    return read;
  }

  @Override
  public String expected() {
    return "the name of a " + noun;
  }

  @Override
  public Map<String, Object> schema() {
    return name.schema();
  }
}
