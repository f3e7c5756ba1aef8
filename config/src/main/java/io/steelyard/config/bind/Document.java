package io.steelyard.config.bind;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a whole document as one type. */
public final class Document {
  private Document() {}

  /** The value of the binding's only text; empty when the binding holds problems. */
  public static <T> Optional<T> read(Type<T> type, Binding binding) {
    return read((roots, _) -> roots.getFirst(), new Trees(), type, binding);
  }

  /**
   * The value of the binding's texts together, some of whose trees may be known; empty when the
   * binding holds problems.
   */
  public static <T> Optional<T> read(Merger merger, Trees trees, Type<T> type, Binding binding) {
    Optional<Node> root = tree(merger, trees, binding);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = type.read(Value.root(root.get(), binding));
    binding.resolve();
    return binding.problems().isEmpty() ? value : Optional.empty();
  }

  /** The root of a text as it stands there, whatever it says; empty for what cannot be read. */
  public static Optional<Node> rough(String text) {
    return YamlTree.rough(text);
  }

  /** The tree of the binding's texts together; empty when one of them is none. */
  public static Optional<Node> tree(Merger merger, Trees trees, Binding binding) {
    trees.begin(binding.emptyAllowed());
    List<Node> roots = new ArrayList<>();
    for (int text = 0; text < binding.texts().size(); text++) {
      trees.compose(text, binding).ifPresent(roots::add);
    }
    if (roots.size() < binding.texts().size()) {
      return Optional.empty();
    }
    Node root = merger.merge(roots, binding);
    YamlTree.inspect(root, binding);
    return Optional.of(root);
  }
}
