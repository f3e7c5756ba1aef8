package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** What people want to know of a virtual router. What goes on is told once a minute at most. */
public sealed interface VipEvent {
  /** Which virtual router. */
  VipId id();

  /** This node owns it now. */
  record Owned(VipId id, int priority) implements VipEvent {}

  /** This node owned it. */
  record GivenUp(VipId id, VipReason why) implements VipEvent {}

  /**
   * Another one, which is weaker, believes that it owns it, too. It gives it up when it hears this
   * one. What a stronger one takes is {@link GivenUp}.
   */
  record SecondOwner(VipId id, InetAddress source, int priority) implements VipEvent {}

  /**
   * Somebody uses this router's number for other addresses.
   *
   * @param shared whether some addresses are the same: then it is a competitor whose configuration
   *     differs. Otherwise it is another router, which needs another number, and is ignored.
   */
  record ForeignAddresses(VipId id, InetAddress source, List<InetAddress> addresses, boolean shared)
      implements VipEvent {
    public ForeignAddresses {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * An owner advertises in another interval than this node would: it is the owner's that counts.
   */
  record IntervalDiffers(VipId id, InetAddress source, Duration theirs, Duration ours)
      implements VipEvent {}

  /**
   * A host that says nothing of virtual routers uses one of the addresses.
   *
   * @param owned whether this node has it, too; otherwise it does not take it
   */
  record InUse(VipId id, VipConflict by, boolean owned) implements VipEvent {}

  /** Somebody advertises with this node's own address. It is ignored. */
  record OwnSource(VipId id, InetAddress source) implements VipEvent {}
}
