package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells addresses that somebody has deleted from those that the own guard has taken away: of what
 * it has done the guard sends word, which may be read later than the addresses are found missing.
 * So what is missing counts when it still is at the next look, and nobody has sent word. For one
 * thread.
 *
 * <pre>
 *   there --(missing)--> suspected --(still missing)--> deleted
 *     ^                      |
 *     +--(there, or the guard's word, or not owned any more)
 * </pre>
 */
final class MissingAddresses {
  private final Set<VipId> suspected = new HashSet<>();

  /**
   * Looks.
   *
   * @param owned what should be there
   * @return what somebody has deleted
   */
  Set<VipId> look(Set<VipId> owned, Predicate<VipId> isThere) {
    suspected.retainAll(owned);
    Set<VipId> deleted = new HashSet<>();
    for (VipId id : owned) {
      if (isThere.test(id)) {
        suspected.remove(id);
      } else if (!suspected.add(id)) {
        suspected.remove(id);
        deleted.add(id);
      }
    }
    return deleted;
  }

  /** The guard has sent word. */
  void relieved(VipId id) {
    suspected.remove(id);
  }

  /** Whether to look again soon. */
  boolean suspects() {
    return !suspected.isEmpty();
  }
}
