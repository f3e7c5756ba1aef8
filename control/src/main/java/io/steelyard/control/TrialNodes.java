package io.steelyard.control;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which nodes try something.
 *
 * @param why none can; empty if some can
 */
record TrialNodes(List<String> names, String why) {
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,4})(%)?");

  /**
   * @param wanted a number of nodes, a percentage of them (at least one), or their names with
   *     commas between
   * @param known the nodes that are there
   */
  static TrialNodes choose(String wanted, Collection<String> known) {
    List<String> all = known.stream().sorted().toList();
    Matcher share = SHARE.matcher(wanted);
    if (!share.matches()) {
      return named(wanted, all);
    }
    int number = Integer.parseInt(share.group(1));
    boolean percentage = share.group(2) != null;
    if (number < 1 || (percentage && number > 100)) {
      return none("expected a number of nodes, as 1, or a percentage of them, as 25%");
    }
    long count = percentage ? Math.max(1, Math.round(all.size() * number / 100.0)) : number;
    if (all.isEmpty()) {
      return none("no node has said yet that it is there: try again in a few seconds");
    }
    if (count > all.size()) {
      return none("there are only %d nodes: %s".formatted(all.size(), String.join(", ", all)));
    }
    return chosen(all.subList(0, (int) count), all);
  }

  /** Some have to go on without: what is tried is compared with them. */
  private static TrialNodes chosen(List<String> names, List<String> all) {
    if (names.size() < all.size()) {
      return new TrialNodes(names, "");
    }
    return all.size() == 1
        ? none("%s is the only node: nobody is left to go on as before".formatted(all.getFirst()))
        : none(
            "those are all %d nodes, %s: at least one has to go on as before"
                .formatted(all.size(), String.join(", ", all)));
  }

  private static TrialNodes named(String wanted, List<String> all) {
    List<String> names =
        Arrays.stream(wanted.split(",", -1)).map(String::strip).distinct().toList();
    for (String name : names) {
      if (!all.contains(name)) {
        return none(
            "there is no node '%s': those that are there are %s"
                .formatted(name, String.join(", ", all)));
      }
    }
    return chosen(names, all);
  }

  private static TrialNodes none(String why) {
    return new TrialNodes(List.of(), why);
  }
}
