package io.steelyard.config.bind;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The trees of texts, remembered from one document to the next: as many as the last one had. One
 * thread at a time.
 */
public final class Trees {
  private Map<Text, Tree> known = new HashMap<>();
  private Map<Text, Tree> used = new HashMap<>();
  private boolean emptyWasAllowed;
  private long labels;

  /** Without any. */
  public Trees() {}

  /** The marks of its nodes say the label. */
  private record Tree(String label, Node root) {}

  /**
   * What is not asked for from now on is forgotten with the next document, and everything at once
   * when an empty text means something else than it did.
   */
  void begin(boolean emptyAllowed) {
    known = emptyAllowed == emptyWasAllowed ? used : Map.of();
    emptyWasAllowed = emptyAllowed;
    used = HashMap.newHashMap(known.size());
  }

  /** The root of one of the binding's texts; empty when that has a problem, which is reported. */
  Optional<Node> compose(int number, Binding binding) {
    Text text = binding.texts().get(number);
    Tree tree = known.get(text);
    // The same text twice in a document stands in two places: each needs a label of its own.
    if (tree == null || used.containsKey(text)) {
      String label = Long.toString(labels++);
      binding.label(label, number);
      Optional<Node> root = YamlTree.compose(number, label, binding);
      root.ifPresent(node -> used.put(text, new Tree(label, node)));
      return root;
    }
    binding.label(tree.label, number);
    used.put(text, tree);
    return Optional.of(tree.root);
  }
}
