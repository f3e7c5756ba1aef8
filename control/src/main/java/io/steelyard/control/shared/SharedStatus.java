package io.steelyard.control.shared;

import io.steelyard.control.canary.Canary;
import io.steelyard.control.canary.NodeReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the node stands to what it shares with others.
 *
 * @param source where that comes from
 * @param contact whether the source answers
 * @param serving the edition that is served; empty before the first
 * @param refused the newest one if it was refused
 * @param why it was refused, a line for each error
 * @param strays servers that stand in the source and whose pool does not, and keys that mean
 *     nothing
 * @param nodes what all nodes tell of themselves, by name
 * @param canary what some nodes try, or tried last
 */
public record SharedStatus(
    String source,
    Contact contact,
    Optional<Edition> serving,
    Optional<Edition> refused,
    List<String> why,
    List<String> strays,
    Map<String, NodeReport> nodes,
    Optional<Canary> canary) {
  public SharedStatus {
    why = List.copyOf(why);
    strays = List.copyOf(strays);
    nodes = Map.copyOf(nodes);
  }

  /**
   * Whether the source answers.
   *
   * @param reachable whether it answered last
   * @param away why not; empty if it did
   */
  public record Contact(boolean reachable, String away) {}

  /** Of this source, before anything is known of it. */
  public static SharedStatus unknown(String source) {
    return new SharedStatus(
        source,
        new Contact(false, ""),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  /** The same, when it has been heard of the source, or not. */
  public SharedStatus heard(Contact now) {
    return new SharedStatus(source, now, serving, refused, why, strays, nodes, canary);
  }

  /** The same, with what the nodes tell. */
  public SharedStatus told(Map<String, NodeReport> now, Optional<Canary> tried) {
    return new SharedStatus(source, contact, serving, refused, why, strays, now, tried);
  }

  /** The same, when an edition was served. */
  public SharedStatus served(Edition edition, List<String> unused) {
    return new SharedStatus(
        source, contact, Optional.of(edition), Optional.empty(), List.of(), unused, nodes, canary);
  }

  /** The same, when something else in the source is used by nobody. */
  public SharedStatus unused(List<String> now) {
    return new SharedStatus(source, contact, serving, refused, why, now, nodes, canary);
  }

  /** The same, when an edition was refused. */
  public SharedStatus refused(Edition edition, List<String> errors) {
    return new SharedStatus(
        source, contact, serving, Optional.of(edition), errors, strays, nodes, canary);
  }
}
