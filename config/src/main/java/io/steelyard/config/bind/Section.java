package io.steelyard.config.bind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * A mapping with known keys.
 *
 * @param later keys that are documented for a later version: refused with that word
 * @param oneOf keys of which exactly one is given; empty for no such rule
 * @param anyOf keys of which at least one is given; empty for no such rule
 * @param check further rules; runs whatever problems there are
 * @param build runs only when every option could be read
 */
public record Section<T>(
    List<Option<?>> options,
    List<String> later,
    List<String> oneOf,
    List<String> anyOf,
    Consumer<Fields> check,
    Function<Fields, T> build)
    implements Type<T> {
  public Section {
    options = List.copyOf(options);
    later = List.copyOf(later);
    oneOf = List.copyOf(oneOf);
    anyOf = List.copyOf(anyOf);
  }

  public static <T> Section<T> of(Function<Fields, T> build, Option<?>... options) {
    return new Section<>(List.of(options), List.of(), List.of(), List.of(), fields -> {}, build);
  }

  public Section<T> later(String... keys) {
    return new Section<>(options, List.of(keys), oneOf, anyOf, check, build);
  }

  public Section<T> exactlyOneOf(Option<?>... choices) {
    return new Section<>(options, later, keys(choices), anyOf, check, build);
  }

  public Section<T> atLeastOneOf(Option<?>... choices) {
    return new Section<>(options, later, oneOf, keys(choices), check, build);
  }

  private static List<String> keys(Option<?>... choices) {
    List<String> keys = new ArrayList<>();
    for (Option<?> choice : choices) {
      keys.add(choice.key());
    }
    return keys;
  }

  public Section<T> checked(Consumer<Fields> rule) {
    return new Section<>(options, later, oneOf, anyOf, check.andThen(rule), build);
  }

  @Override
  public Optional<T> read(Value value) {
    if (!(value.node() instanceof MappingNode node)) {
      value.expected(expected());
      return Optional.empty();
    }
    Fields fields = Fields.of(value, node, options, later);
    requireOne(fields);
    requireAny(fields);
    check.accept(fields);
    return fields.sound() ? Optional.of(build.apply(fields)) : Optional.empty();
  }

  private void requireOne(Fields fields) {
    if (oneOf.isEmpty()) {
      return;
    }
    List<Option<?>> chosen =
        options.stream().filter(o -> oneOf.contains(o.key()) && fields.has(o)).toList();
    boolean two = oneOf.size() == 2;
    String choices =
        two
            ? "'" + String.join("' or '", oneOf) + "'"
            : "one of '" + String.join("', '", oneOf) + "'";
    if (chosen.isEmpty()) {
      fields.problem("missing key: give " + choices);
    }
    for (Option<?> further : chosen.stream().skip(1).toList()) {
      fields
          .at(further)
          .problem(two ? "give either " + choices + ", not both" : "give only " + choices);
    }
  }

  private void requireAny(Fields fields) {
    boolean given = options.stream().anyMatch(o -> anyOf.contains(o.key()) && fields.has(o));
    if (!given && !anyOf.isEmpty()) {
      fields.problem("missing key: give '" + String.join("' or '", anyOf) + "'");
    }
  }

  private List<String> keys() {
    return options.stream().map(Option::key).sorted().toList();
  }

  @Override
  public String expected() {
    return "a mapping with the keys " + Spelling.list(keys());
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    options.forEach(o -> properties.put(o.key(), property(o)));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    List<String> required =
        options.stream().filter(o -> o.fallback().isEmpty()).map(Option::key).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!oneOf.isEmpty()) {
      schema.put("oneOf", required(oneOf));
    }
    if (!anyOf.isEmpty()) {
      schema.put("anyOf", required(anyOf));
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static List<Map<String, List<String>>> required(List<String> keys) {
    return keys.stream().map(key -> Map.of("required", List.of(key))).toList();
  }

  private static <V> Map<String, Object> property(Option<V> option) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", option.doc());
    schema.putAll(option.type().schema());
    if (option.type() instanceof Scalar<V> scalar) {
      option
          .fallback()
          .map(scalar::show)
          .filter(d -> !d.equals(""))
          .ifPresent(d -> schema.put("default", d));
    }
    return schema;
  }
}
