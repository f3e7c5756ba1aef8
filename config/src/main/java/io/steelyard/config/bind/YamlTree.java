package io.steelyard.config.bind;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * From text to a bounded tree of nodes with positions. Only the tree is built, never a Java type
 * that the text names.
 */
final class YamlTree {
  /** Characters of a document. */
  static final int LENGTH_MAX = 1 << 20;

  /** Lists and mappings in each other; the deepest key that is known stands at 6. */
  static final int DEPTH_MAX = 32;

  /** Aliases to lists and mappings in one document. */
  static final int ALIASES_MAX = 50;

  private static final Set<Tag> TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.SEQ, Tag.MAP);
  private static final Pattern BARE_IPV6 = Pattern.compile(".*[:\\s]\\[[0-9a-fA-F:.]*\\]:[0-9]+.*");

  private final int number;
  private final String label;
  private final String text;
  private final Binding binding;

  private YamlTree(int number, String label, String text, Binding binding) {
    this.number = number;
    this.label = label;
    this.text = text;
    this.binding = binding;
  }

  /**
   * The root of one of the binding's texts, by its label; empty when there is no tree to go on
   * with, which is then reported.
   */
  static Optional<Node> compose(int number, String label, Binding binding) {
    String text = binding.texts().get(number).content();
    String document = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return new YamlTree(number, label, document, binding).compose();
  }

  /** The root as it stands there, whatever it says; empty for what cannot be read. */
  static Optional<Node> rough(String text) {
    if (text.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    try {
      return composer("", text).getSingleNode();
    } catch (YamlEngineException e) {
      return Optional.empty();
    }
  }

  private Optional<Node> compose() {
    if (text.length() > LENGTH_MAX) {
      binding.problem(number, 1, 1, "larger than 1 MiB");
      return Optional.empty();
    }
    if (!printable()) {
      return Optional.empty();
    }
    try {
      Optional<Node> root = composer(label, text).getSingleNode();
      if (root.isEmpty() && binding.emptyAllowed()) {
        return Optional.of(
            new MappingNode(Tag.MAP, true, List.of(), FlowStyle.BLOCK, mark(), mark()));
      }
      if (root.isEmpty()) {
        binding.problem(number, 1, 1, binding.texts().get(number).whenEmpty());
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().or(e::getContextMark).orElseThrow(() -> e);
      binding.problem(number, mark.getLine() + 1, mark.getColumn() + 1, syntax(e, mark.getLine()));
    } catch (YamlEngineException e) {
      binding.problem(
          number, 1, 1, "not valid YAML: " + Spelling.quotable(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private static Composer composer(String label, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(label) // the marks of its nodes say it
            .setCodePointLimit(LENGTH_MAX)
            .setMaxAliasesForCollections(ALIASES_MAX)
            .setAllowDuplicateKeys(true) // inspect reports all of them, with their place
            .setAllowNonScalarKeys(true) // the same
            .build();
    StreamReader reader = new StreamReader(settings, text);
    return new Composer(settings, new ShallowParser(new ParserImpl(settings, reader), DEPTH_MAX));
  }

  /** The beginning of the text. */
  private Optional<Mark> mark() {
    return Optional.of(new Mark(label, 0, 0, 0, new int[0], 0));
  }

  private boolean printable() {
    Position at = new Position();
    for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        binding.problem(
            number, at.line(), at.column(), "the character U+%04X is not allowed".formatted(c));
        return false;
      }
      at.pass(c);
    }
    return true;
  }

  private String syntax(MarkedYamlEngineException e, int line) {
    String context =
        e.getContext() == null || e.getContext().isEmpty() ? "" : e.getContext() + ": ";
    String message = "not valid YAML: " + context + e.getProblem();
    String source = text.lines().skip(line).findFirst().orElse("");
    return BARE_IPV6.matcher(source).matches()
        ? message + "; an IPv6 address needs quotes: \"[::1]:8080\""
        : message.replaceAll("\\s+", " ");
  }

  /** Reports repeated keys, keys that are no text, and foreign tags; each node once. */
  static void inspect(Node root, Binding binding) {
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Node> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (seen.add(node)) {
        if (!TAGS.contains(node.getTag())) {
          binding.problem(
              node,
              "the tag '" + Spelling.quotable(node.getTag().getValue()) + "' is not supported");
        }
        if (node instanceof SequenceNode list) {
          list.getValue().forEach(open::push);
        } else if (node instanceof MappingNode map) {
          inspectKeys(map, binding);
          map.getValue().forEach(entry -> open.push(entry.getValueNode()));
        }
      }
    }
  }

  private static void inspectKeys(MappingNode map, Binding binding) {
    Map<String, Node> first = new HashMap<>();
    for (NodeTuple entry : map.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        binding.problem(entry.getKeyNode(), "a key must be a single word");
        continue;
      }
      Node earlier = first.putIfAbsent(key.getValue(), key);
      if (earlier != null) {
        binding.problem(
            key,
            "duplicate key '%s': it stands on %s already"
                .formatted(Spelling.quotable(key.getValue()), binding.place(earlier, key)));
      }
    }
  }
}
