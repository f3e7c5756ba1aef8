package io.steelyard.config;

import io.steelyard.config.HealthConfig.Check.Http;
import io.steelyard.config.HealthConfig.Check.Http.Header;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
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
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Header fields of a check: a mapping of names to values. */
final class HeadersType implements Type<List<Header>> {
  /** RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /** What the check writes itself: a second one would break the request's frame. */
  private static final Set<String> OWN =
      Set.of("connection", "content-length", "te", "trailer", "transfer-encoding", "upgrade");

  private static final Scalar<String> NAME =
      Scalars.text("the name of a header field", TOKEN.pattern(), HeadersType::name);
  private static final Pattern FIELD_VALUE = Pattern.compile("([!-~]([\\t -~]{0,1022}[!-~])?)?");

  /** Never repeated: it may be a secret. */
  private static final Scalar<String> VALUE =
      Scalars.text("the value of a header field", FIELD_VALUE.pattern(), HeadersType::fieldValue);

  private static Parsed<String> fieldValue(String text) {
    return FIELD_VALUE.matcher(text).matches()
        ? Parsed.good(text)
        : Parsed.bad(
            "expected the value of a header field, found one that is longer than 1024, begins or ends"
                + " with a blank, or has characters that are not printable ASCII");
  }

  private static Parsed<String> name(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("host")) {
      return Parsed.bad("write 'host' beside 'headers', not in it");
    }
    if (OWN.contains(lower)) {
      return Parsed.bad("the check sets '" + text + "' itself");
    }
    return TOKEN.matcher(text).matches()
        ? Parsed.good(text)
        // Not what it is: a secret may have slipped in there.
        : Parsed.bad(
            "expected the name of a header field, found something that is none: letters, digits and"
                + " '-' name one");
  }

  @Override
  public Optional<List<Header>> read(Value value) {
    if (!(value.node() instanceof MappingNode map)) {
      if (value.node() instanceof ScalarNode) {
        // It may be the secret itself.
        value.problem("expected " + expected() + ", found something else");
      } else {
        value.expected(expected());
      }
      return Optional.empty();
    }
    if (map.getValue().size() > Http.HEADERS_MAX) {
      value.problem(
          "expected at most %d, found %d".formatted(Http.HEADERS_MAX, map.getValue().size()));
      return Optional.empty();
    }
    List<Header> headers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : map.getValue()) {
      // Other keys are reported by the tree's inspection.
      if (entry.getKeyNode() instanceof ScalarNode key) {
        header(value, key, entry, seen).ifPresent(headers::add);
      }
    }
    return headers.size() == map.getValue().size() ? Optional.of(headers) : Optional.empty();
  }

  private static Optional<Header> header(
      Value map, ScalarNode key, NodeTuple entry, Set<String> seen) {
    boolean named = TOKEN.matcher(key.getValue()).matches();
    String label = named ? "header '" + Spelling.quotable(key.getValue()) + "'" : "a header";
    Value name = map.parent().child(key.getValue(), "name of " + label, key);
    Optional<String> readName = NAME.read(name);
    if (!seen.add(key.getValue().toLowerCase(Locale.ROOT))) {
      name.problem("it is given already: case does not matter");
      readName = Optional.empty();
    }
    Optional<String> readValue =
        VALUE.read(map.parent().child(key.getValue(), label, entry.getValueNode()));
    return readName.flatMap(n -> readValue.map(v -> new Header(n, v)));
  }

  @Override
  public String expected() {
    return "a mapping of header names to values";
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("maxProperties", Http.HEADERS_MAX);
    schema.put("propertyNames", Map.of("pattern", NAME.schema().get("pattern")));
    schema.put("additionalProperties", Map.of("type", List.of("string", "number", "boolean")));
    return schema;
  }
}
