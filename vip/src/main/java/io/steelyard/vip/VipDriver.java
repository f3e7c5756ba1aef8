package io.steelyard.vip;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.vip.link.AddressTable;
import io.steelyard.vip.link.Announcer;
import io.steelyard.vip.link.Capabilities;
import io.steelyard.vip.link.LinkWatcher;
import io.steelyard.vip.link.VrrpSocket;
import io.steelyard.wire.vrrp.VrrpAdvertisement;
import io.steelyard.wire.vrrp.VrrpReceived;
import io.steelyard.wire.vrrp.VrrpRefusal;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does what an election says: adverts, addresses, announcements, and the guard that undoes them. It
 * decides nothing. One thread calls it, the one that elects; what comes in goes to the listener.
 *
 * <pre>
 * release: delete the addresses, then let the guard forget them     (given up first)
 * send:    adverts, unless the guard may have acted meanwhile
 * take:    let the guard know, add the addresses, announce them     (taken last)
 * </pre>
 */
public final class VipDriver implements AutoCloseable {
  /** How often a receiver looks whether it is still wanted. */
  private static final Duration RECEIVE_MAX = Duration.ofSeconds(5);

  private final Routers routers;
  private final VipListener listener;
  private final Counters counters = new Counters();
  private final AddressTable table;
  private final Announcer announcer;
  private final LinkWatcher watcher;
  private final Guarding guarding;
  private final List<Thread> receivers = new ArrayList<>();
  private volatile boolean closed;

  private VipDriver(List<VipOptions> configured, VipDriverOptions options, VipListener listener)
      throws IOException {
    Capabilities.effective().require();
    this.listener = listener;
    Opened opened = new Opened();
    try {
      routers = opened.add(new Routers(configured, options));
      table = opened.add(new AddressTable());
      announcer = opened.add(new Announcer());
      guarding = opened.add(new Guarding(options.guardTimeout(), listener, routers, counters));
      watcher = opened.add(LinkWatcher.start(routers.links(), listener::linkChanged));
      warmUp();
    } catch (IOException | RuntimeException e) {
      opened.closeAll();
      throw e;
    }
    routers.sockets().forEach(this::startReceiver);
  }

  /**
   * Opens sockets on the links of all virtual routers, and starts the guard.
   *
   * @throws IOException that says what is missing: capabilities, a link, an address to send from
   */
  public static VipDriver open(
      List<VipOptions> configured, VipDriverOptions options, VipListener listener)
      throws IOException {
    return new VipDriver(configured, options, listener);
  }

  /** Everything that an election will want in a hurry is linked and has been called once. */
  private void warmUp() throws IOException {
    announcer.warmUp();
    for (VrrpSocket socket : routers.sockets()) {
      socket.warmUp();
    }
    for (Router router : routers.all()) {
      for (VipAddress address : router.options().addresses()) {
        table.warmUp(router.link(), address);
      }
    }
  }

  /** Where this node's adverts for a virtual router come from. */
  public InetAddress source(VipId id) {
    return routers.of(id).socket().source();
  }

  /**
   * Deletes addresses of configured virtual routers that a former process has left behind.
   *
   * @return those that were there
   */
  public List<VipAddress> removeLeftovers() throws IOException {
    List<VipAddress> removed = new ArrayList<>();
    for (Router router : routers.all()) {
      for (VipAddress address : router.taken() ? List.<VipAddress>of() : router.addresses()) {
        if (table.remove(router.link(), address)) {
          removed.add(address);
        }
      }
    }
    return removed;
  }

  /** Gives a virtual router's addresses up; one that is not taken stays so. */
  public void release(VipId id) {
    Router router = routers.of(id);
    removeAddresses(router);
    guarding.drop(id);
    if (router.taken()) {
      router.taken(false);
      counters.releases.increment();
    }
  }

  private void removeAddresses(Router router) {
    for (VipAddress address : router.addresses()) {
      try {
        table.remove(router.link(), address);
      } catch (IOException e) {
        failed(e.getMessage());
      }
    }
  }

  /**
   * Leaves a virtual router's addresses where they are, to another process of this host, which has
   * its own guard hold them already.
   */
  public void handOver(VipId id) {
    guarding.drop(id);
    routers.of(id).taken(false);
  }

  /**
   * Sends an advert. One of an owner (of a priority above 0) is not sent when this process stood
   * still for so long that the guard may have acted: it would send others away from addresses that
   * are not here.
   *
   * @return whether it went out, to everybody
   */
  public boolean send(Advert advert) {
    if (advert.priority() > 0 && !guarding.isSure()) {
      counters.suppressed.increment();
      return false;
    }
    try {
      int copies = routers.of(advert.id()).socket().send(Adverts.toWire(advert));
      counters.sent.add(copies);
      return true;
    } catch (IOException e) {
      failed(e.getMessage());
      return false;
    }
  }

  /**
   * Takes a virtual router's addresses and announces them once. All or none: what could be added is
   * deleted again if another could not.
   *
   * @return whether this host has them now
   */
  public boolean take(VipId id) {
    Router router = routers.of(id);
    guarding.hold(router);
    try {
      for (VipAddress address : router.addresses()) {
        table.add(router.link(), address);
      }
    } catch (IOException e) {
      failed(e.getMessage());
      release(id);
      return false;
    }
    if (!router.taken()) {
      router.taken(true);
      counters.takes.increment();
    }
    announce(id);
    return true;
  }

  /** Tells the neighbours once again where a virtual router's addresses are. */
  public void announce(VipId id) {
    Router router = routers.of(id);
    for (VipAddress address : router.addresses()) {
      try {
        announcer.announce(router.link(), address.address());
        counters.announcements.increment();
      } catch (IOException e) {
        failed(e.getMessage());
      }
    }
  }

  /** Whether all of a virtual router's addresses are on its link now, whoever put them there. */
  public boolean has(VipId id) throws IOException {
    Router router = routers.of(id);
    for (VipAddress address : router.addresses()) {
      if (!table.has(router.link(), address)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells the guard that the thread that elects moves: to be called at least every quarter of the
   * guard's time-out.
   */
  public void beat() {
    guarding.beat();
  }

  /** Waits until the guard watches; true at once if there is to be none. */
  public boolean awaitGuard(Duration atMost) throws InterruptedException {
    return guarding.awaitReady(atMost);
  }

  /** The guard's process, if one runs. */
  public Optional<Long> guardPid() {
    return guarding.pid();
  }

  /** Any thread. */
  public VipCounts counts() {
    return counters.snapshot();
  }

  private void failed(String what) {
    counters.errors.increment();
    listener.failed(what);
  }

  private void startReceiver(VrrpSocket socket) {
    receivers.add(
        Thread.ofPlatform().daemon().name("vrrp " + socket).start(() -> receiveAll(socket)));
  }

  private void receiveAll(VrrpSocket socket) {
    while (!closed) {
      try {
        socket
            .receive(RECEIVE_MAX)
            .ifPresent(decoded -> {
              switch (decoded) {
                case VrrpReceived good -> received(socket, good);
                case VrrpRefusal refusal -> counters.refused(refusal);
              }
            });
      } catch (IOException e) {
        failed(e.getMessage());
      }
    }
  }

  private void received(VrrpSocket socket, VrrpReceived good) {
    VrrpAdvertisement packet = good.advertisement();
    Advert advert = Adverts.fromWire(socket.link().name(), socket.ipv6(), packet);
    if (routers.has(advert.id())) {
      counters.received.increment();
      listener.received(advert, good.source());
    } else {
      counters.unknown.increment();
    }
  }

  /** Gives up what is taken, says so to the others, and ends the guard. */
  @Override
  public void close() {
    List<Router> taken = routers.all().stream().filter(Router::taken).toList();
    taken.forEach(router -> release(router.options().id()));
    taken.forEach(router -> send(Adverts.farewell(router.options())));
    closed = true;
    watcher.close();
    guarding.close();
    routers.close();
    receivers.forEach(VipDriver::join);
    announcer.close();
    table.close();
  }

  private static void join(Thread thread) {
    try {
      thread.join(RECEIVE_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
