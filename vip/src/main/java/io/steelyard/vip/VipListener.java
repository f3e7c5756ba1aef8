package io.steelyard.vip;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.VipConflict;
import io.steelyard.cluster.vip.VipId;
import java.net.InetAddress;

/**
 * Hears from a {@link VipDriver}. All but {@link #received} and {@link #used} comes on threads of
 * its own: to be passed on to the thread that elects, which {@link VipDriver#wake} calls.
 */
public interface VipListener {
  /**
   * Somebody else said this of a configured virtual router; on the thread that calls {@link
   * VipDriver#receive}.
   */
  void received(Advert advert, InetAddress source);

  /**
   * Another host uses an address of a configured virtual router; on the thread that calls {@link
   * VipDriver#receive}. May be another node that owns it.
   */
  default void used(VipId id, VipConflict conflict) {}

  /** Its addresses are gone from this host, without having been released: the guard did it. */
  void lost(VipId id);

  /** The link went up or down: whether it is switched on and has a carrier. Each once at first. */
  void linkChanged(String link, boolean up);

  /** The guard has ended and nothing is guarded; the driver starts another. */
  void guardEnded();

  /** Something did not work; {@code what} says what, why, and what to do about it. */
  void failed(String what);
}
