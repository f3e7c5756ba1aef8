package io.steelyard.config.bind;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A single value that is read from its text.
 *
 * @param expected what it is, for messages: {@code a whole number from 1 to 10}
 * @param quotable whether quotes may stand around it; a number or a boolean in quotes is a text
 * @param reader from the text to the value
 * @param writer from a value to what is written in a file
 */
public record Scalar<T>(
    String expected,
    boolean quotable,
    Function<String, Parsed<T>> reader,
    Function<T, Object> writer,
    Map<String, Object> schema)
    implements Type<T> {

  @Override
  public Optional<T> read(Value value) {
    if (!(value.node() instanceof ScalarNode scalar)
        || scalar.getTag().equals(Tag.NULL)
        || (!quotable && !scalar.isPlain())) {
      value.expected(expected);
      return Optional.empty();
    }
    Parsed<T> parsed = reader.apply(scalar.getValue());
    if (parsed instanceof Parsed.Bad<T>(String message)) {
      value.problem(message);
      return Optional.empty();
    }
    return Optional.of(((Parsed.Good<T>) parsed).value());
  }

  /** How a value is written in a file. */
  public Object show(T value) {
    return writer.apply(value);
  }
}
