package io.steelyard.cluster.vip;

import java.time.Duration;
import java.util.List;

/**
 * A virtual router as this node is configured for it.
 *
 * @param addresses all of the same version of IP, at least one; the first one is named to people
 * @param priority 1 to 254: of the nodes that could, the one with the highest owns it
 * @param advertise how often an owner says that it is there; 10 ms to 40.95 s in steps of 10 ms
 * @param preempt whether this node takes it from one of lower priority that owns it
 * @param preemptDelay for how long this node must have been able to own it before it preempts
 * @param group those of one name are owned by the same node: empty for none
 */
public record VipOptions(
    VipId id,
    List<VipAddress> addresses,
    int priority,
    Duration advertise,
    boolean preempt,
    Duration preemptDelay,
    String group) {
  public VipOptions {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address");
    }
    if (priority < 1 || priority > 254) {
      throw new IllegalArgumentException("priority " + priority);
    }
  }
}
