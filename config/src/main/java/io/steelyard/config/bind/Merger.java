package io.steelyard.config.bind;

import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** Makes one tree of those of several texts. */
@FunctionalInterface
public interface Merger {
  /**
   * The tree that is read then. What does not fit together is reported to the binding.
   *
   * @param roots one for each text, in their order
   */
  Node merge(List<Node> roots, Binding binding);
}
