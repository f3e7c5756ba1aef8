package io.steelyard.cluster.vip;

import java.util.Optional;

/**
 * Whether a host that is no node of ours uses addresses of a virtual router (RFC 5227): when to
 * ask, and what the answers come to. Who asks waits no longer than it would anyway.
 *
 * <pre>
 *   FIRST: before this node takes it for the first time, and has heard no owner
 *     asks in each interval     --somebody answers--&gt; IN_USE
 *   IN_USE: not taken; asks every 2 s
 *     nobody has answered for 5 s --&gt; FIRST
 *   OWNED, however it came to be
 *     asks after 5 s, then every 30 s; an answer is told, and changes nothing
 * </pre>
 */
final class ConflictDetection {
  private static final long S = 1_000_000_000;
  private static final long ASK_MAX_NS = S;
  private static final long AGAIN_NS = 2 * S;
  private static final long FREE_NS = 5 * S;

  /** Longer than the word of another node counts, who was the owner before. */
  private static final long OWNED_FIRST_NS = 5 * S;

  private static final long OWNED_NS = 30 * S;

  private VipConflict last;
  private long lastNs;
  private long count;
  private long probeNs;

  /** It waits for an owner that it does not know: asks from now on. */
  void begin(long nowNs) {
    probeNs = nowNs;
  }

  /** It owns the addresses: whoever had them may need a moment to give them up. */
  void owned(long nowNs) {
    probeNs = nowNs + OWNED_FIRST_NS;
  }

  /** Another host says that an address is its own. */
  void answered(VipConflict conflict, long nowNs) {
    last = conflict;
    lastNs = nowNs;
    count++;
  }

  /** Who answered a moment ago. */
  Optional<VipConflict> conflict(long nowNs) {
    return within(FREE_NS, nowNs);
  }

  /** As {@link #conflict}, of an owner, who does not ask so often. */
  Optional<VipConflict> conflictOfOwner(long nowNs) {
    return within(OWNED_NS + FREE_NS, nowNs);
  }

  private Optional<VipConflict> within(long forNs, long nowNs) {
    return last != null && nowNs - lastNs < forNs ? Optional.of(last) : Optional.empty();
  }

  long count() {
    return count;
  }

  /** When it is to ask next. */
  long probeNs() {
    return probeNs;
  }

  /** Whether it is time to ask; then that counts as done. */
  boolean isDue(boolean owned, long intervalNs, long nowNs) {
    if (nowNs - probeNs < 0) {
      return false;
    }
    long first = conflict(nowNs).isPresent() ? AGAIN_NS : Math.min(intervalNs, ASK_MAX_NS);
    probeNs = nowNs + (owned ? OWNED_NS : first);
    return true;
  }
}
