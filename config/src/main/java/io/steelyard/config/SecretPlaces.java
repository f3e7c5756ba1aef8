package io.steelyard.config;

import io.steelyard.config.bind.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Where secrets stand, or may stand, in a document. */
final class SecretPlaces {
  /** Keys of mappings from names of header fields to their values. */
  private static final Set<String> HEADERS = Set.of("headers", "header", "set", "add");

  private final String text;
  private final List<Place> places = new ArrayList<>();
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Node> seenHeaders = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Node> seenSecret = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Where the last value was seen whose mark was looked up, in code points and in chars. */
  private int codePoint;

  private int offset;

  private SecretPlaces(String text) {
    this.text = text;
  }

  /** Whether what stands under this key are header fields. */
  static boolean isHeaders(String key) {
    return HEADERS.contains(key);
  }

  /**
   * A value.
   *
   * @param path of keys; an item of a list is called by its name or address, or else by its number
   * @param from its first character in the text
   * @param to behind its last
   * @param value as it is understood
   * @param secret whether all of it is one; otherwise a part of it may be
   */
  record Place(List<String> path, int from, int to, String value, boolean secret) {}

  /** All values, in the order of the text; empty if it cannot be read. */
  static Optional<List<Place>> of(String text) {
    return Document.rough(text)
        .map(root -> {
          SecretPlaces places = new SecretPlaces(text);
          places.walk(List.of(), root, false);
          places.places.sort(Comparator.comparingInt(Place::from));
          return List.copyOf(places.places);
        });
  }

  private void walk(List<String> path, Node node, boolean secret) {
    boolean headers = !path.isEmpty() && isHeaders(path.getLast());
    if (!(secret ? seenSecret : headers ? seenHeaders : seen).add(node)) {
      // Aliases would have it walked again and again.
      return;
    }
    switch (node) {
      case ScalarNode scalar -> add(path, scalar, secret);
      case MappingNode map -> map.getValue().forEach(entry -> walk(path, entry, secret));
      case SequenceNode list -> {
        for (int i = 0; i < list.getValue().size(); i++) {
          Node item = list.getValue().get(i);
          walk(with(path, name(item).orElse("#" + i)), item, secret);
        }
      }
      default -> {}
    }
  }

  private void walk(List<String> path, NodeTuple entry, boolean secret) {
    String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    boolean inHeaders = !path.isEmpty() && isHeaders(path.getLast());
    boolean field = inHeaders && TextSecrets.isSecretField(key);
    walk(with(path, key), entry.getValueNode(), secret || field);
  }

  private void add(List<String> path, ScalarNode scalar, boolean secret) {
    int from = offset(scalar.getStartMark().map(Mark::getIndex).orElse(0));
    int to = offset(scalar.getEndMark().map(Mark::getIndex).orElse(0));
    if (secret) {
      places.removeIf(place -> place.from == from);
    }
    places.add(new Place(path, from, to, scalar.getValue(), secret));
  }

  /** Marks count code points. */
  private int offset(int index) {
    offset = text.offsetByCodePoints(offset, index - codePoint);
    codePoint = index;
    return offset;
  }

  private static Optional<String> name(Node item) {
    if (item instanceof MappingNode map) {
      for (String key : List.of("name", "address")) {
        for (NodeTuple entry : map.getValue()) {
          if (entry.getKeyNode() instanceof ScalarNode k
              && k.getValue().equals(key)
              && entry.getValueNode() instanceof ScalarNode value) {
            return Optional.of(value.getValue());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> with(List<String> path, String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    return List.copyOf(longer);
  }
}
