package io.steelyard.vip.guard;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.link.AddressTable;
import io.steelyard.vip.link.Link;
import io.steelyard.vip.link.VrrpSocket;
import io.steelyard.vip.link.VrrpTransport;
import io.steelyard.wire.vrrp.VrrpAdvertisement;
import io.steelyard.wire.vrrp.VrrpChecksum;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a guard holds, and its removal. One thread. */
final class Keeper implements AutoCloseable {
  private static final int HELD_MAX = 1024;
  private static final long NS_PER_CENTISECOND = 10_000_000;

  /**
   * @param socket null if none could be opened: the addresses go all the same
   */
  private record Held(Hold hold, Link link, VrrpSocket socket) {}

  private final Consumer<String> say;
  private final AddressTable table = new AddressTable();
  private final Map<VipId, Held> held = new LinkedHashMap<>();

  Keeper(Consumer<String> say) throws IOException {
    this.say = say;
  }

  /** The first removal is to be as fast as any: everything that it calls is linked. */
  void warmUp() throws IOException {
    Link loopback = new Link("lo", 1, "", List.of());
    VipAddress absent = new VipAddress(InetAddress.ofLiteral("192.0.2.255"), 32);
    table.warmUp(loopback, absent);
    VrrpTransport transport = VrrpTransport.multicast(VrrpChecksum.MESSAGE);
    InetAddress source = InetAddress.ofLiteral("127.0.0.1");
    try (VrrpSocket socket = VrrpSocket.forSending(loopback, false, source, transport)) {
      socket.warmUp();
    }
  }

  boolean holdsNone() {
    return held.isEmpty();
  }

  /** Anew, if it is held already. */
  void hold(Hold hold) {
    drop(hold.id());
    if (held.size() >= HELD_MAX) {
      say.accept("error more than " + HELD_MAX + " virtual routers");
      return;
    }
    Link link = new Link(hold.id().link(), hold.linkIndex(), "", List.of());
    held.put(hold.id(), new Held(hold, link, socket(hold, link)));
  }

  private VrrpSocket socket(Hold hold, Link link) {
    if (hold.id().routerId() == 0) {
      // Nobody is told of these.
      return null;
    }
    try {
      return VrrpSocket.forSending(link, hold.id().ipv6(), hold.source(), hold.transport());
    } catch (IOException e) {
      say.accept("error " + e.getMessage());
      return null;
    }
  }

  /** Forgets it, and leaves its addresses where they are. */
  void drop(VipId id) {
    Held dropped = held.remove(id);
    if (dropped != null && dropped.socket() != null) {
      dropped.socket().close();
    }
  }

  /** How often it is to speak for the owner: {@link Long#MAX_VALUE} for never. */
  long speakEveryNs() {
    long centiseconds = Long.MAX_VALUE / NS_PER_CENTISECOND;
    for (Held one : held.values()) {
      if (one.hold().isSpokenFor() && one.socket() != null) {
        centiseconds = Math.min(centiseconds, one.hold().advertiseCs());
      }
    }
    return centiseconds * NS_PER_CENTISECOND;
  }

  /** Says in the owner's words that the addresses are here still. */
  void speak() {
    for (Held one : held.values()) {
      if (one.hold().isSpokenFor()) {
        say(one, one.hold().advertisement());
      }
    }
  }

  /** All addresses first, then the adverts: nobody is to take one that is still here. */
  void removeAll() {
    held.values().forEach(this::remove);
    held.values().forEach(gone -> say(gone, gone.hold().farewell()));
    for (VipId id : List.copyOf(held.keySet())) {
      say.accept("removed " + Hold.words(id));
      drop(id);
    }
  }

  private void remove(Held gone) {
    for (VipAddress address : gone.hold().addresses()) {
      try {
        table.remove(gone.link(), address);
      } catch (IOException e) {
        say.accept("error " + e.getMessage());
      }
    }
  }

  private void say(Held of, VrrpAdvertisement what) {
    if (of.socket() == null) {
      return;
    }
    try {
      of.socket().send(what);
    } catch (IOException e) {
      say.accept("error " + e.getMessage());
    }
  }

  @Override
  public void close() {
    List.copyOf(held.keySet()).forEach(this::drop);
    table.close();
  }
}
