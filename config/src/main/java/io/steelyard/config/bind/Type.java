package io.steelyard.config.bind;

import java.util.Map;
import java.util.Optional;

/** What a value may be: reads it, or reports what is wrong with it. */
public interface Type<T> {
  /** The value; empty when a problem was reported. */
  Optional<T> read(Value value);

  /** What is accepted, in words: {@code a whole number from 1 to 10}. */
  String expected();

  /** The JSON Schema (2020-12) of what is accepted. */
  Map<String, Object> schema();

  /** The same, wrapped: for an option that has no default. */
  default Type<Optional<T>> optional() {
    Type<T> self = this;
    return new Type<>() {
      @Override
      public Optional<Optional<T>> read(Value value) {
        Optional<T> read = self.read(value);
        return read.isPresent() ? Optional.of(read) : Optional.empty();
      }

      @Override
      public String expected() {
        return self.expected();
      }

      @Override
      public Map<String, Object> schema() {
        return self.schema();
      }
    };
  }
}
