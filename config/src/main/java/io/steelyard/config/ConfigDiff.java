package io.steelyard.config;

import io.steelyard.config.ConfigChange.Kind;
import io.steelyard.config.ConfigText.Part;
import io.steelyard.config.bind.Binding;
import io.steelyard.config.bind.Document;
import io.steelyard.config.bind.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What is added, changed and removed from one configuration to another, key by key. Servers go by
 * their names, wherever in their list they stand; of other lists what is not in both is told, and
 * whether the order changed, since there it counts. Comments and the way of writing do not.
 */
public final class ConfigDiff {
  private static final int SHOWN_CHARS_MAX = 200;

  /** Behind a value of which nothing has changed but what is not shown. */
  private static final String ANOTHER = " (another secret)";

  private final List<ConfigChange> changes = new ArrayList<>();

  /**
   * Where something stands.
   *
   * @param path as it is told
   * @param key the last of it
   * @param inHeaders whether that is the name of a header field
   */
  private record Place(String path, String key, boolean inHeaders) {
    static final Place ROOT = new Place("", "", false);

    Place below(String name) {
      return new Place(
          path.isEmpty() ? name : path + "." + name, name, SecretPlaces.isHeaders(key));
    }
  }

  /** A value as it is compared, and as it is shown. */
  private record Words(String plain, String shown) {
    static final Words NONE = new Words("", "");

    String cut() {
      return shown.length() <= SHOWN_CHARS_MAX
          ? shown
          : shown.substring(0, SHOWN_CHARS_MAX) + "...";
    }
  }

  private ConfigDiff() {}

  /**
   * The differences, in the order of the first configuration, then of the second.
   *
   * @param before texts that were read successfully; none for nothing at all
   * @param after texts that were read successfully
   */
  public static List<ConfigChange> between(List<ConfigText> before, List<ConfigText> after) {
    ConfigDiff diff = new ConfigDiff();
    diff.maps(Place.ROOT, tree(before), tree(after));
    return List.copyOf(diff.changes);
  }

  private static Map<String, Node> tree(List<ConfigText> texts) {
    return whole(texts)
        // One that is no YAML says nothing; what stands beside it does.
        .or(() -> whole(texts.stream().filter(t -> !(t.part() instanceof Part.Shared)).toList()))
        .orElse(Map.of());
  }

  private static Optional<Map<String, Node>> whole(List<ConfigText> texts) {
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    Binding binding = ConfigParser.binding(texts);
    binding.allowEmpty();
    Optional<Map<String, Node>> whole =
        Document.tree(new Composition(texts), new Trees(), binding).map(ConfigDiff::entries);
    // What was put in for what is left out.
    whole.ifPresent(entries ->
        Composition.SHARED.forEach(key ->
            entries.computeIfPresent(key, (_, node) -> entries(node).isEmpty() ? null : node)));
    return whole;
  }

  private static Map<String, Node> entries(Node node) {
    Map<String, Node> entries = new LinkedHashMap<>();
    if (node instanceof MappingNode map) {
      for (NodeTuple entry : map.getValue()) {
        entries.putIfAbsent(written(entry.getKeyNode()), entry.getValueNode());
      }
    }
    return entries;
  }

  private void maps(Place place, Map<String, Node> before, Map<String, Node> after) {
    before.forEach((key, node) -> {
      Place below = place.below(key);
      Optional.ofNullable(after.get(key))
          .ifPresentOrElse(
              next -> values(below, node, next),
              () -> add(Kind.REMOVED, below, words(below, node), Words.NONE));
    });
    after.forEach((key, node) -> {
      if (!before.containsKey(key)) {
        Place below = place.below(key);
        add(Kind.ADDED, below, Words.NONE, words(below, node));
      }
    });
  }

  private void values(Place place, Node before, Node after) {
    if (before instanceof MappingNode && after instanceof MappingNode) {
      maps(place, entries(before), entries(after));
    } else if (before instanceof SequenceNode one && after instanceof SequenceNode other) {
      if (place.key().equals("servers") && place.path().contains(".")) {
        maps(place, servers(one), servers(other));
      } else {
        lists(place, texts(place, one), texts(place, other));
      }
    } else if (!written(before).equals(written(after))) {
      add(Kind.CHANGED, place, words(place, before), words(place, after));
    }
  }

  /** By name; a server without one is called by its address. */
  private static Map<String, Node> servers(SequenceNode list) {
    Map<String, Node> servers = new LinkedHashMap<>();
    for (Node server : list.getValue()) {
      Map<String, Node> keys = entries(server);
      Node name = keys.getOrDefault("name", keys.getOrDefault("address", server));
      servers.putIfAbsent(written(name), server);
    }
    return servers;
  }

  private static List<Words> texts(Place place, SequenceNode list) {
    return list.getValue().stream().map(item -> words(place, item)).toList();
  }

  private void lists(Place place, List<Words> before, List<Words> after) {
    List<Words> gone = new ArrayList<>(before);
    after.forEach(gone::remove);
    List<Words> fresh = new ArrayList<>(after);
    before.forEach(fresh::remove);
    gone.forEach(item -> add(Kind.REMOVED, place, item, Words.NONE));
    List<String> masked = gone.stream().map(Words::shown).toList();
    fresh.forEach(item ->
        changes.add(
            new ConfigChange(
                Kind.ADDED,
                place.path(),
                "",
                item.cut() + (masked.contains(item.shown()) ? ANOTHER : ""))));
    List<Words> stayed = new ArrayList<>(before);
    gone.forEach(stayed::remove);
    List<Words> stays = new ArrayList<>(after);
    fresh.forEach(stays::remove);
    if (!stayed.equals(stays)) {
      String order = after.stream().map(Words::shown).collect(Collectors.joining(", "));
      add(Kind.CHANGED, place, new Words("", "another order"), new Words(order, order));
    }
  }

  private void add(Kind kind, Place place, Words before, Words after) {
    boolean hidden = kind == Kind.CHANGED && before.shown().equals(after.shown());
    changes.add(
        new ConfigChange(kind, place.path(), before.cut(), after.cut() + (hidden ? ANOTHER : "")));
  }

  /** On one line, the same for all ways of writing it; nothing is masked. */
  private static String written(Node node) {
    return written(node, "", false);
  }

  /** The same as it is shown. */
  private static Words words(Place place, Node node) {
    boolean secret = place.inHeaders() && TextSecrets.isSecretField(place.key());
    String shown = secret ? TextSecrets.MASK : written(node, place.key(), true);
    return new Words(written(node), shown);
  }

  private static String written(Node node, String key, boolean masked) {
    return switch (node) {
      case ScalarNode scalar -> {
        String value = scalar.getValue().replace('\n', ' ');
        yield masked ? TextSecrets.mask(value) : value;
      }
      case SequenceNode list ->
          list.getValue().stream()
              .map(item -> written(item, key, masked))
              .collect(Collectors.joining(", ", "[", "]"));
      case MappingNode map ->
          map.getValue().stream()
              .map(entry -> written(entry, SecretPlaces.isHeaders(key), masked))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> "";
    };
  }

  private static String written(NodeTuple entry, boolean inHeaders, boolean masked) {
    String name = written(entry.getKeyNode());
    boolean secret = masked && inHeaders && TextSecrets.isSecretField(name);
    return name + ": " + (secret ? TextSecrets.MASK : written(entry.getValueNode(), name, masked));
  }
}
