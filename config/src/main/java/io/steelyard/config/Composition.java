package io.steelyard.config;

import io.steelyard.config.ConfigText.Part;
import io.steelyard.config.bind.Binding;
import io.steelyard.config.bind.Merger;
import io.steelyard.config.bind.Spelling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Puts together what a node's own files say, what nodes share, and servers that stand by
 * themselves: into the tree of the one document that says the same. Every node keeps its place, so
 * that errors name the text that is wrong.
 */
final class Composition implements Merger {
  static final Set<String> SHARED = Set.of("listeners", "pools");
  private static final String SERVERS = "servers";
  private static final String DISCOVER = "discover";
  private static final String NAME = "name";
  private static final String ADDRESS = "address";

  private final List<ConfigText> texts;
  private final List<String> strays = new ArrayList<>();

  Composition(List<ConfigText> texts) {
    this.texts = texts;
  }

  /** Sources of servers whose pool is not there: they wait for it, or were left behind. */
  List<String> strays() {
    return List.copyOf(strays);
  }

  @Override
  public Node merge(List<Node> roots, Binding binding) {
    List<NodeTuple> entries = new ArrayList<>();
    Joined joined = new Joined();
    boolean elsewhere = elsewhere(roots);
    if (elsewhere) {
      binding.grow(SERVERS);
    }
    for (int i = 0; i < roots.size(); i++) {
      Part part = texts.get(i).part();
      if (part instanceof Part.Shared) {
        takeShared(roots.get(i), joined, binding);
      } else if (!(part instanceof Part.Server)) {
        if (!(roots.get(i) instanceof MappingNode own)) {
          // Not a mapping: reading it says so.
          return roots.get(i);
        }
        takeOwn(own, part instanceof Part.Piece, elsewhere, entries, joined, binding);
      }
    }
    if (binding.emptyAllowed()) {
      joined.complete(roots.getFirst());
    }
    entries.addAll(joined.entries());
    entries.replaceAll(
        entry -> isPools(entry) ? withServers(entry, roots, elsewhere, binding) : entry);
    return map(entries, roots.getFirst());
  }

  /** Whether listeners and pools come from somewhere else than the node's own texts. */
  private boolean elsewhere(List<Node> roots) {
    for (int i = 0; i < roots.size(); i++) {
      switch (texts.get(i).part()) {
        case Part.Shared _, Part.Server _ -> {
          return true;
        }
        case Part.Piece _ -> {
          if (entry(roots.get(i), ConfigSection.FROM.key()).isPresent()) {
            return true;
          }
        }
        case Part.Own _ -> {}
      }
    }
    return false;
  }

  private static void takeOwn(
      MappingNode own,
      boolean piece,
      boolean elsewhere,
      List<NodeTuple> entries,
      Joined joined,
      Binding binding) {
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : own.getValue()) {
      boolean isShared =
          entry.getKeyNode() instanceof ScalarNode key && SHARED.contains(key.getValue());
      if (isShared && elsewhere) {
        binding.problem(
            entry.getKeyNode(),
            "'%s' cannot stand here, too: 'from' names where it comes from"
                .formatted(((ScalarNode) entry.getKeyNode()).getValue()));
      } else if (isShared && piece) {
        joined.add(entry, seen);
      } else {
        entries.add(entry);
      }
    }
  }

  private static void takeShared(Node root, Joined joined, Binding binding) {
    if (!(root instanceof MappingNode map)) {
      binding.problem(root, "expected a mapping with 'listeners' and 'pools'");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : map.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key && SHARED.contains(key.getValue())) {
        joined.add(entry, seen);
      } else {
        binding.problem(
            entry.getKeyNode(),
            entry.getKeyNode() instanceof ScalarNode key
                ? "'%s' is not shared: what nodes have in common are 'listeners' and 'pools',"
                        .formatted(Spelling.quotable(key.getValue()))
                    + " the rest stands in each node's own file"
                : "a key must be a single word");
      }
    }
  }

  /** Entries that add up over several texts. */
  private static final class Joined {
    private final Map<String, List<NodeTuple>> byKey = new LinkedHashMap<>();
    private final List<NodeTuple> repeated = new ArrayList<>();

    /**
     * @param seen keys of the same text: there each stands once
     */
    void add(NodeTuple entry, Set<String> seen) {
      String key = ((ScalarNode) entry.getKeyNode()).getValue();
      if (seen.add(key)) {
        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry);
      } else {
        repeated.add(entry);
      }
    }

    /** Has what nobody says say nothing. */
    void complete(Node place) {
      for (String key : SHARED) {
        byKey.computeIfAbsent(
            key, _ -> List.of(new NodeTuple(word(key, place), map(List.of(), place))));
      }
    }

    List<NodeTuple> entries() {
      List<NodeTuple> entries = new ArrayList<>();
      byKey.forEach((key, tuples) -> entries.add(one(tuples)));
      // Twice in the tree: reading it says so.
      entries.addAll(repeated);
      return entries;
    }

    /** One entry with what stands in all of them. */
    private static NodeTuple one(List<NodeTuple> tuples) {
      NodeTuple first = tuples.getFirst();
      List<NodeTuple> all = new ArrayList<>();
      for (NodeTuple tuple : tuples) {
        if (!(tuple.getValueNode() instanceof MappingNode map)) {
          // Not a mapping: reading it says so.
          return tuple;
        }
        all.addAll(map.getValue());
      }
      return new NodeTuple(first.getKeyNode(), map(all, first.getValueNode()));
    }
  }

  private static boolean isPools(NodeTuple entry) {
    return entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals("pools");
  }

  /**
   * The pools, each with those of its servers that stand by themselves. Nodes are made anew where
   * something is added: two pools may be one node, by an alias.
   */
  private NodeTuple withServers(
      NodeTuple pools, List<Node> roots, boolean elsewhere, Binding binding) {
    Map<String, List<Node>> servers = servers(roots, binding);
    if (!(pools.getValueNode() instanceof MappingNode map)) {
      return pools;
    }
    List<NodeTuple> entries = new ArrayList<>();
    for (NodeTuple entry : map.getValue()) {
      List<Node> further =
          entry.getKeyNode() instanceof ScalarNode key ? servers.remove(key.getValue()) : null;
      // Where servers register themselves there may be none yet, or none any more.
      List<Node> registered = further == null ? List.of() : further;
      entries.add(
          elsewhere && entry.getValueNode() instanceof MappingNode pool
              ? new NodeTuple(entry.getKeyNode(), with(pool, registered))
              : entry);
    }
    strays.addAll(strays(servers.keySet()));
    return new NodeTuple(pools.getKeyNode(), map(entries, map));
  }

  private List<String> strays(Set<String> pools) {
    return texts.stream()
        .filter(text -> text.part() instanceof Part.Server server && pools.contains(server.pool()))
        .map(ConfigText::source)
        .toList();
  }

  /** Those that stand by themselves, by their pools. */
  private Map<String, List<Node>> servers(List<Node> roots, Binding binding) {
    Map<String, List<Node>> servers = new HashMap<>();
    for (int i = 0; i < roots.size(); i++) {
      if (texts.get(i).part() instanceof Part.Server server) {
        servers
            .computeIfAbsent(server.pool(), _ -> new ArrayList<>())
            .add(named(server.name(), roots.get(i), binding));
      }
    }
    return servers;
  }

  private static MappingNode with(MappingNode pool, List<Node> further) {
    List<NodeTuple> entries = new ArrayList<>(pool.getValue());
    Optional<NodeTuple> list = entry(pool, SERVERS);
    if (list.isEmpty() && (!further.isEmpty() || entry(pool, DISCOVER).isEmpty())) {
      Node place = further.isEmpty() ? pool : further.getFirst();
      entries.add(new NodeTuple(word(SERVERS, place), list(further, place)));
    } else if (further.isEmpty()) {
      return pool;
    } else if (list.get().getValueNode() instanceof SequenceNode given) {
      List<Node> all = new ArrayList<>(given.getValue());
      all.addAll(further);
      entries.set(
          entries.indexOf(list.get()), new NodeTuple(list.get().getKeyNode(), list(all, given)));
    }
    return map(entries, pool);
  }

  private static boolean says(Node node, String word) {
    return node instanceof ScalarNode scalar && scalar.getValue().equals(word);
  }

  /**
   * The server with the name that its key gives it; none is given where the key is the address,
   * which is what a server without a name is called.
   */
  private static Node named(String name, Node server, Binding binding) {
    if (says(server, name)) {
      return server;
    }
    if (!(server instanceof MappingNode map)) {
      return map(
          List.of(
              new NodeTuple(word(NAME, server), word(name, server)),
              new NodeTuple(word(ADDRESS, server), server)),
          server);
    }
    Optional<NodeTuple> given = entry(map, NAME);
    if (given.isEmpty()
        && entry(map, ADDRESS).filter(e -> says(e.getValueNode(), name)).isPresent()) {
      return map;
    }
    if (given.isEmpty()) {
      List<NodeTuple> entries = new ArrayList<>(map.getValue());
      entries.addFirst(new NodeTuple(word(NAME, map), word(name, map)));
      return map(entries, map);
    }
    if (!says(given.get().getValueNode(), name)) {
      binding.problem(
          given.get().getValueNode(), "the key of this server says '%s'".formatted(name));
    }
    return map;
  }

  private static Optional<NodeTuple> entry(Node map, String key) {
    return map instanceof MappingNode entries
        ? entries.getValue().stream()
            .filter(e -> e.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
            .findFirst()
        : Optional.empty();
  }

  private static MappingNode map(List<NodeTuple> entries, Node place) {
    return new MappingNode(
        Tag.MAP, true, entries, FlowStyle.BLOCK, place.getStartMark(), place.getEndMark());
  }

  private static SequenceNode list(List<Node> items, Node place) {
    return new SequenceNode(
        Tag.SEQ, true, items, FlowStyle.BLOCK, place.getStartMark(), place.getEndMark());
  }

  private static ScalarNode word(String word, Node place) {
    return new ScalarNode(
        Tag.STR, true, word, ScalarStyle.PLAIN, place.getStartMark(), place.getEndMark());
  }
}
