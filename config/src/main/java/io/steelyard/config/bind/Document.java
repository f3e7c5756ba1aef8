package io.steelyard.config.bind;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a whole document as one type. */
public final class Document {
  private Document() {}

  /** The value; empty when the binding holds problems. */
  public static <T> Optional<T> read(String text, Type<T> type, Binding binding) {
    Optional<Node> root = YamlTree.compose(text, binding);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = type.read(Value.root(root.get(), binding));
    binding.resolve();
    return binding.problems().isEmpty() ? value : Optional.empty();
  }
}
