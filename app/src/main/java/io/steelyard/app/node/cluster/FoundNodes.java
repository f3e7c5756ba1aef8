package io.steelyard.app.node.cluster;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Where a store says that other nodes listen. */
final class FoundNodes {
  /** As many as can be configured. */
  static final int MAX = 64;

  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})");

  private static final int PORT_MAX = 65_535;

  private FoundNodes() {}

  /**
   * Those of other nodes, {@value #MAX} at most; what is no address is left out.
   *
   * @param addresses by the nodes' names
   * @param own the name of this one
   */
  static SortedSet<String> others(Map<String, String> addresses, String own) {
    SortedSet<String> others = new TreeSet<>();
    addresses.forEach((node, address) -> {
      if (!node.equals(own) && isAddress(address) && others.size() < MAX) {
        others.add(address);
      }
    });
    return others;
  }

  private static boolean isAddress(String text) {
    var found = ADDRESS.matcher(text);
    if (!found.matches()) {
      return false;
    }
    int port = Integer.parseInt(found.group(2));
    return port > 0 && port <= PORT_MAX;
  }
}
