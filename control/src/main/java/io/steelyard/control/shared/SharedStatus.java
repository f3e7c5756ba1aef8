package io.steelyard.control.shared;

import java.util.List;
import java.util.Optional;

/**
 * How the node stands to what it shares with others.
 *
 * @param source where that comes from
 * @param reachable whether the source answered last
 * @param away why not; empty if it did
 * @param serving the edition that is served, by its digest; empty before the first
 * @param revision of the source that edition stood in
 * @param refused the newest one if it was refused, by its digest
 * @param why it was refused, a line for each error
 * @param strays servers that stand in the source and whose pool does not, and keys that mean
 *     nothing
 */
public record SharedStatus(
    String source,
    boolean reachable,
    String away,
    Optional<String> serving,
    long revision,
    Optional<String> refused,
    List<String> why,
    List<String> strays) {
  public SharedStatus {
    why = List.copyOf(why);
    strays = List.copyOf(strays);
  }
}
