package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipConflict;
import io.steelyard.cluster.vip.VipEvent;
import io.steelyard.cluster.vip.VipReason;
import io.steelyard.core.address.IpText;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;

/** What happens to virtual addresses, as it is told to people. */
final class VipWords {
  private VipWords() {}

  static String addresses(List<VipAddress> addresses) {
    return String.join(", ", addresses.stream().map(a -> IpText.of(a.address())).toList());
  }

  /**
   * @param addresses of the virtual router
   * @param reason why one is given up
   */
  static String of(VipEvent event, String addresses, Function<VipReason, String> reason) {
    String whose = addresses + " (" + event.id() + ")";
    return switch (event) {
      case VipEvent.Owned owned -> whose + " is owned here now, with priority " + owned.priority();
      case VipEvent.GivenUp given -> whose + " is given up: " + reason.apply(given.why());
      case VipEvent.SecondOwner second ->
          whose
              + " has a second owner, "
              + text(second.source())
              + " with priority "
              + second.priority()
              + ": the stronger one stays";
      case VipEvent.ForeignAddresses foreign ->
          foreign.shared()
              ? "%s: %s has the same router with other addresses, %s: make them equal on all nodes"
                  .formatted(whose, text(foreign.source()), all(foreign.addresses()))
              : "%s: %s uses router id %d for other addresses, %s: give one of them another id"
                  .formatted(
                      whose,
                      text(foreign.source()),
                      event.id().routerId(),
                      all(foreign.addresses()));
      case VipEvent.IntervalDiffers differs ->
          "%s: %s advertises every %d ms, this node would every %d ms: the owner's counts"
              .formatted(
                  whose,
                  text(differs.source()),
                  differs.theirs().toMillis(),
                  differs.ours().toMillis());
      case VipEvent.InUse used ->
          whose + (used.owned() ? " is owned here, but " : " is not taken: ") + conflict(used.by());
      case VipEvent.OwnSource own ->
          whose
              + ": somebody advertises from this node's own address "
              + text(own.source())
              + ", which is ignored";
    };
  }

  /** Who uses an address. */
  static String conflict(VipConflict by) {
    return "another host, which advertises nothing, uses %s: it is at %s"
        .formatted(text(by.address()), by.hardware());
  }

  private static String text(InetAddress address) {
    return IpText.of(address);
  }

  private static String all(List<InetAddress> addresses) {
    return String.join(", ", addresses.stream().map(VipWords::text).toList());
  }
}
