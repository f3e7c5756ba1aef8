package io.steelyard.control.revision;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in a revision's outcome of nodes that refuse it: {@code refused by a, b: why}. */
final class Refusals {
  private static final String WORDS = "refused by ";
  private static final Pattern REFUSED =
      Pattern.compile("(?:^|; )" + WORDS + "([^:]+): (.*)$", Pattern.DOTALL);

  private Refusals() {}

  /** An outcome, with this node among those that refuse it; the first one's reason stays. */
  static String with(String outcome, String node, String why) {
    Matcher refused = REFUSED.matcher(outcome);
    if (!refused.find()) {
      return (outcome.isEmpty() ? "" : outcome + "; ") + WORDS + node + ": " + why;
    }
    List<String> nodes = nodes(refused);
    if (nodes.contains(node)) {
      return outcome;
    }
    nodes.add(node);
    return written(outcome, refused, nodes);
  }

  /** An outcome, with this node no more among those that refuse it. */
  static String without(String outcome, String node) {
    Matcher refused = REFUSED.matcher(outcome);
    if (!refused.find()) {
      return outcome;
    }
    List<String> nodes = nodes(refused);
    nodes.remove(node);
    return nodes.isEmpty()
        ? outcome.substring(0, refused.start())
        : written(outcome, refused, nodes);
  }

  private static List<String> nodes(Matcher refused) {
    return new ArrayList<>(List.of(refused.group(1).split(", ", -1)));
  }

  private static String written(String outcome, Matcher refused, List<String> nodes) {
    return outcome.substring(0, refused.start(1))
        + String.join(", ", nodes)
        + outcome.substring(refused.end(1));
  }
}
