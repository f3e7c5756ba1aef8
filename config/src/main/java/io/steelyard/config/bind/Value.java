package io.steelyard.config.bind;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A node of the document and what messages call it.
 *
 * @param parent what it belongs to; null for the document
 * @param key the key that it stands under; for an item of a list its list's key
 * @param label {@code weight} or {@code listener 'web'}
 */
public record Value(Value parent, String key, String label, Node node, Binding binding) {
  static Value root(Node node, Binding binding) {
    return new Value(null, "", "the configuration", node, binding);
  }

  /** A node that belongs to this one. */
  public Value child(String childKey, String childLabel, Node child) {
    return new Value(this, childKey, childLabel, child, binding);
  }

  /** {@code weight of server 2 of pool 'app'}. */
  public String where() {
    return parent == null || parent.parent == null ? label : label + " of " + parent.where();
  }

  public void problem(String message) {
    binding.problem(node, where() + ": " + message);
  }

  /** Reports that something else was expected. */
  public void expected(String what) {
    problem("expected " + what + ", found " + found());
  }

  private String found() {
    return switch (node) {
      case MappingNode m -> "a mapping";
      case SequenceNode s -> "a list";
      case ScalarNode s when s.getTag().equals(Tag.NULL) -> "nothing";
      case ScalarNode s when s.isPlain() -> "'" + Spelling.quotable(s.getValue()) + "'";
      case ScalarNode s -> "the text '" + Spelling.quotable(s.getValue()) + "'";
      default -> "something else";
    };
  }
}
