package io.steelyard.vip;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.Ready;
import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipElection;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.net.sys.Libc;
import io.steelyard.vip.guard.Guard;
import io.steelyard.vip.link.AddressTable;
import io.steelyard.vip.link.Announcer;
import io.steelyard.vip.link.Capabilities;
import io.steelyard.vip.link.LinkWatcher;
import io.steelyard.vip.link.VrrpReceiver;
import io.steelyard.vip.link.VrrpSocket;
import io.steelyard.wire.vrrp.VrrpDecoded;
import io.steelyard.wire.vrrp.VrrpReceived;
import io.steelyard.wire.vrrp.VrrpRefusal;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does what an election says: adverts, addresses, announcements, and the guard that undoes them. It
 * decides nothing. One platform thread calls it, the one that elects; {@link #wake} and {@link
 * #counts} any.
 *
 * <pre>
 * while (...) {
 *   driver.beat();
 *   driver.receive(until election.nextDeadlineNs(), at most until the next beat);  // to the listener
 *   driver.perform(election.tick(now));
 * }
 * </pre>
 */
public final class VipDriver implements AutoCloseable {
  private final Routers routers;
  private final VipListener listener;
  private final Counters counters = new Counters();
  private final AddressTable table;
  private final Announcer announcer;
  private final VrrpReceiver receiver;
  private final Neighbours neighbours;
  private final Guarding guarding;
  private LinkWatcher watcher;

  private VipDriver(List<VipOptions> configured, VipDriverOptions options, VipListener listener)
      throws IOException {
    Capabilities.effective().require();
    this.listener = listener;
    Opened opened = new Opened();
    try {
      routers = opened.add(new Routers(configured, options));
      table = opened.add(new AddressTable());
      announcer = opened.add(new Announcer());
      receiver = opened.add(new VrrpReceiver());
      receiver.follow(routers.sockets());
      neighbours = opened.add(new Neighbours());
      hearNeighbours();
      guarding = opened.add(new Guarding(options.guardTimeout(), listener, routers, counters));
      watcher = opened.add(LinkWatcher.start(routers.links(), listener::linkChanged));
      announcer.warmUp();
      warmUp();
    } catch (IOException | RuntimeException e) {
      opened.closeAll();
      throw e;
    }
  }

  /**
   * Opens sockets on the links of all virtual routers, and starts the guard. All that an election
   * will want in a hurry has been linked and tried when this returns.
   *
   * @throws IOException that says what is missing: capabilities, a link, an address to send from
   */
  public static VipDriver open(
      List<VipOptions> configured, VipDriverOptions options, VipListener listener)
      throws IOException {
    return new VipDriver(configured, options, listener);
  }

  private void warmUp() throws IOException {
    for (VrrpSocket socket : routers.sockets()) {
      socket.warmUp();
    }
    for (Router router : routers.all()) {
      for (VipAddress address : router.addresses()) {
        table.warmUp(router.link(), address);
      }
    }
  }

  /** Where this node's adverts come from, for each virtual router. */
  public Map<VipId, InetAddress> sources() {
    Map<VipId, InetAddress> sources = new HashMap<>();
    routers.all().forEach(r -> sources.put(r.options().id(), r.socket().source()));
    return sources;
  }

  /**
   * Another configuration. What is not in it any more can still be released, and said farewell of,
   * until the next {@link #perform}; of what stays, {@link #take} exchanges the addresses.
   *
   * @throws IOException as {@link #open}; then nothing has changed
   */
  public void follow(List<VipOptions> configured, VipDriverOptions options) throws IOException {
    Optional<Guard> guard = guarding.another(options.guardTimeout());
    try {
      routers.follow(configured, options);
    } catch (IOException | RuntimeException e) {
      // It may take a moment to end, and this thread must beat.
      guard.ifPresent(unused -> Thread.ofVirtual().start(unused::close));
      throw e;
    }
    guarding.follow(options.guardTimeout(), guard);
    receiver.follow(routers.sockets());
    hearNeighbours();
    try {
      warmUp();
      LinkWatcher before = watcher;
      watcher = LinkWatcher.start(routers.links(), listener::linkChanged);
      before.close();
    } catch (IOException e) {
      // It follows already: what was not tried, or is not watched, does not undo that.
      failed(e.getMessage());
    }
  }

  /** Without them conflicts are not noticed; that is no reason to be without virtual addresses. */
  private void hearNeighbours() {
    try {
      neighbours.follow(routers.all());
    } catch (IOException e) {
      failed("other hosts that use virtual addresses are not noticed: " + e.getMessage());
    }
  }

  /**
   * Looks whether a link was replaced by another one of the same name: from now on that one is
   * used, and what was taken on it is not here any more.
   *
   * @return the names of those links
   * @throws IOException if one cannot be used yet, as it has no address to send from
   */
  public Set<String> renewLinks() throws IOException {
    Set<String> renewed = routers.renew();
    if (!renewed.isEmpty()) {
      receiver.follow(routers.sockets());
      hearNeighbours();
      warmUp();
    }
    return renewed;
  }

  /**
   * Deletes addresses of configured virtual routers that a former process has left behind.
   *
   * @return those that were there
   */
  public List<VipAddress> removeLeftovers() throws IOException {
    List<VipAddress> removed = new ArrayList<>();
    for (Router router : routers.all()) {
      for (VipAddress address : router.isTaken() ? List.<VipAddress>of() : router.addresses()) {
        if (table.remove(router.link(), address)) {
          removed.add(address);
        }
      }
    }
    return removed;
  }

  /**
   * Does what an election says, in its order. What fails is told to the listener; the rest goes on.
   * Nothing is announced again while the guard may have taken the addresses away: as {@link #send}.
   */
  public void perform(Ready ready) {
    ready.release().forEach(this::release);
    ready.send().forEach(this::send);
    ready.take().forEach(this::take);
    if (guarding.isSure()) {
      ready.announce().forEach(this::announce);
    }
    ready.probe().forEach(this::probe);
    forgetFormer();
  }

  private void forgetFormer() {
    List<Router> held = routers.former().stream().filter(Router::isTaken).toList();
    held.forEach(router -> release(router.options().id()));
    if (routers.forgetFormer()) {
      receiver.follow(routers.sockets());
    }
  }

  /**
   * Deletes a virtual router's addresses, and then has the guard forget them. What is there without
   * having been taken goes as well.
   */
  public void release(VipId id) {
    Router router = routers.of(id);
    remove(router, router.addresses());
    remove(router, router.taken());
    guarding.drop(id);
    if (router.isTaken()) {
      router.taken(List.of());
      counters.releases.increment();
    }
  }

  private void remove(Router router, List<VipAddress> addresses) {
    for (VipAddress address : addresses) {
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
    routers.of(id).taken(List.of());
  }

  /**
   * A virtual router's addresses are on the link already, of a former process: they are guarded.
   */
  public void inherit(VipId id) {
    Router router = routers.of(id);
    guarding.hold(router);
    router.taken(router.addresses());
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
    Router router = routers.of(advert.id());
    if (advert.priority() > 0 && router.says(advert.priority())) {
      guarding.hold(router);
    }
    try {
      int copies = router.socket().send(Adverts.toWire(advert));
      counters.sent.add(copies);
      return true;
    } catch (IOException e) {
      failed(e.getMessage());
      return false;
    }
  }

  /**
   * Has the guard know of a virtual router's addresses, adds them, and announces them once; deletes
   * what it had of a former configuration. All or none: if one cannot be added, none stays.
   *
   * @return whether this host has them now
   */
  public boolean take(VipId id) {
    Router router = routers.of(id);
    remove(router, router.taken().stream().filter(a -> !router.addresses().contains(a)).toList());
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
    if (!router.isTaken()) {
      counters.takes.increment();
    }
    router.taken(router.addresses());
    announce(id);
    return true;
  }

  /** Tells the neighbours once where a virtual router's addresses are. */
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

  /**
   * Asks the neighbours once who has a virtual router's addresses: those of IPv4. Whoever answers
   * is told to the listener.
   */
  public void probe(VipId id) {
    Router router = routers.of(id);
    for (InetAddress address : router.options().inetAddresses()) {
      if (address instanceof Inet4Address ipv4 && !router.link().hardware().isEmpty()) {
        probe(router, ipv4);
      }
    }
  }

  private void probe(Router router, Inet4Address address) {
    try {
      announcer.probe(router.link(), address);
      counters.probes.increment();
    } catch (IOException e) {
      failed(e.getMessage());
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
   * Has the calling thread run before others, where this process may (CAP_SYS_NICE): adverts that
   * are late on a busy machine cost an owner its addresses.
   *
   * @return whether it does
   */
  public static boolean hurry() {
    return new Libc().scheduleBeforeOthers() == 0;
  }

  /**
   * Tells the guard that the thread that elects moves: to be called every 25 ms, or it takes for
   * pauses what are none.
   */
  public void beat() {
    guarding.beat();
  }

  /**
   * When the guard has spoken last for this process, which stood still: {@link
   * VipElection#advertised} is to know. 0: never.
   */
  public long spokenNs() {
    return guarding.spokeNs();
  }

  /** Waits until the guard watches; true at once if there is to be none. */
  public boolean awaitGuard(Duration atMost) throws InterruptedException {
    return guarding.awaitReady(atMost);
  }

  /** The guard's process, if one runs. */
  public Optional<Long> guardPid() {
    return guarding.pid();
  }

  /**
   * Waits for adverts of others, at most so long, and tells the listener of all that have come in.
   * Packets that are refused are counted.
   */
  public void receive(long atMostNs) {
    try {
      receiver.receive(atMostNs, this::received);
    } catch (IOException e) {
      failed(e.getMessage());
    }
    // After the adverts: who has just said that it is the owner is no stranger.
    neighbours.receive(routers.all(), listener::used);
  }

  private void received(VrrpSocket socket, VrrpDecoded decoded) {
    switch (decoded) {
      case VrrpReceived good -> heard(socket, good);
      case VrrpRefusal refusal -> refused(socket, refusal);
    }
  }

  /** A raw socket gets what is meant for the others of its link, too. */
  private void refused(VrrpSocket socket, VrrpRefusal refusal) {
    boolean elsewhere = refusal == VrrpRefusal.DESTINATION || refusal == VrrpRefusal.SOURCE;
    if (!elsewhere || !routers.isOneOfSeveral(socket)) {
      counters.refused(refusal);
    }
  }

  private void heard(VrrpSocket socket, VrrpReceived good) {
    String link = socket.link().name();
    Advert advert = Adverts.fromWire(link, socket.ipv6(), good.advertisement());
    if (routers.expects(advert.id(), socket)) {
      counters.received.increment();
      listener.received(advert, good.source());
    } else if (!routers.isConfigured(advert.id())) {
      counters.unknown.increment();
    }
  }

  /** Has {@link #receive} return. */
  public void wake() {
    receiver.wake();
  }

  /** What was done so far. */
  public VipCounts counts() {
    return counters.snapshot();
  }

  private void failed(String what) {
    counters.errors.increment();
    listener.failed(what);
  }

  /** Gives up what is taken, says so to the others, and ends the guard. */
  @Override
  public void close() {
    List<Router> taken = routers.all().stream().filter(Router::isTaken).toList();
    taken.forEach(router -> release(router.options().id()));
    taken.forEach(router -> send(Adverts.farewell(router.options())));
    forgetFormer();
    watcher.close();
    guarding.close();
    receiver.close();
    neighbours.close();
    routers.close();
    announcer.close();
    table.close();
  }
}
