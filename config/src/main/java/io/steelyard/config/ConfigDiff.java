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

  private static final String HEADERS = ".headers.";

  private final List<ConfigChange> changes = new ArrayList<>();

  private ConfigDiff() {}

  /**
   * The differences, in the order of the first configuration, then of the second.
   *
   * @param before texts that were read successfully; none for nothing at all
   * @param after texts that were read successfully
   */
  public static List<ConfigChange> between(List<ConfigText> before, List<ConfigText> after) {
    ConfigDiff diff = new ConfigDiff();
    diff.maps("", tree(before), tree(after));
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

  private void maps(String path, Map<String, Node> before, Map<String, Node> after) {
    before.forEach((key, node) -> {
      String place = path.isEmpty() ? key : path + "." + key;
      Optional.ofNullable(after.get(key))
          .ifPresentOrElse(
              next -> values(place, node, next), () -> add(Kind.REMOVED, place, written(node), ""));
    });
    after.forEach((key, node) -> {
      if (!before.containsKey(key)) {
        add(Kind.ADDED, path.isEmpty() ? key : path + "." + key, "", written(node));
      }
    });
  }

  private void values(String path, Node before, Node after) {
    if (before instanceof MappingNode && after instanceof MappingNode) {
      maps(path, entries(before), entries(after));
    } else if (before instanceof SequenceNode one && after instanceof SequenceNode other) {
      if (path.endsWith(".servers")) {
        maps(path, servers(one), servers(other));
      } else {
        lists(path, texts(one), texts(other));
      }
    } else if (!written(before).equals(written(after))) {
      add(Kind.CHANGED, path, written(before), written(after));
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

  private static List<String> texts(SequenceNode list) {
    return list.getValue().stream().map(ConfigDiff::written).toList();
  }

  private void lists(String path, List<String> before, List<String> after) {
    List<String> gone = new ArrayList<>(before);
    after.forEach(gone::remove);
    List<String> fresh = new ArrayList<>(after);
    before.forEach(fresh::remove);
    gone.forEach(item -> add(Kind.REMOVED, path, item, ""));
    List<String> masked = gone.stream().map(item -> masked(path, item)).toList();
    fresh.forEach(item ->
        changes.add(
            new ConfigChange(
                Kind.ADDED,
                path,
                "",
                shown(path, item) + (masked.contains(masked(path, item)) ? ANOTHER : ""))));
    List<String> stayed = new ArrayList<>(before);
    gone.forEach(stayed::remove);
    List<String> stays = new ArrayList<>(after);
    fresh.forEach(stays::remove);
    if (!stayed.equals(stays)) {
      add(Kind.CHANGED, path, "another order", String.join(", ", after));
    }
  }

  private void add(Kind kind, String path, String before, String after) {
    boolean hidden = kind == Kind.CHANGED && masked(path, before).equals(masked(path, after));
    changes.add(
        new ConfigChange(
            kind, path, shown(path, before), shown(path, after) + (hidden ? ANOTHER : "")));
  }

  /** Of a header field its name says whether its value is a secret. */
  private static String masked(String path, String text) {
    int name = path.lastIndexOf('.') + 1;
    if (!path.substring(0, name).endsWith(HEADERS)) {
      return MaskedSecrets.mask(text);
    }
    return MaskedSecrets.isSecretField(path.substring(name)) ? "***" : MaskedSecrets.mask(text);
  }

  private static String shown(String path, String text) {
    String masked = masked(path, text);
    return masked.length() <= SHOWN_CHARS_MAX
        ? masked
        : masked.substring(0, SHOWN_CHARS_MAX) + "...";
  }

  /** On one line, the same for all ways of writing it. */
  private static String written(Node node) {
    return switch (node) {
      case ScalarNode scalar -> scalar.getValue().replace('\n', ' ');
      case SequenceNode list ->
          list.getValue().stream()
              .map(ConfigDiff::written)
              .collect(Collectors.joining(", ", "[", "]"));
      case MappingNode map ->
          map.getValue().stream()
              .map(e -> written(e.getKeyNode()) + ": " + written(e.getValueNode()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> "";
    };
  }
}
