package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.config.VipConfig;
import io.steelyard.control.cluster.ClusterStatus.Vip;
import io.steelyard.vip.guard.Guard;
import io.steelyard.vip.guard.Hold;
import io.steelyard.vip.link.AddressTable;
import io.steelyard.vip.link.Capabilities;
import io.steelyard.vip.link.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Addresses that this node has while it could serve, as every other node does: for ECMP and
 * anycast. Nobody is told; a routing daemon that exports what is on the link does the rest, and a
 * guard takes them away when this process cannot.
 */
final class EveryNode implements AutoCloseable {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration GUARD_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(3);

  private final List<Hold> holds;
  private final Map<VipId, Link> links = new LinkedHashMap<>();
  private final BooleanSupplier able;
  private final Consumer<String> failed;
  private final AddressTable table;
  private final Guard guard;
  private final Thread thread = Thread.ofPlatform().name("vips-everywhere").unstarted(this::run);
  private volatile boolean here;
  private volatile long sinceNs = System.nanoTime();
  private final LongAdder transitions = new LongAdder();
  private volatile boolean removedByGuard;
  private volatile boolean closed;

  /**
   * @param able whether this node could serve
   * @param failed is told what did not work
   * @throws IOException if a capability or a link is missing
   */
  EveryNode(List<VipConfig> vips, BooleanSupplier able, Consumer<String> failed)
      throws IOException {
    Capabilities.effective().require();
    this.able = able;
    this.failed = failed;
    this.holds = holds(vips, links);
    this.table = new AddressTable();
    try {
      this.guard = Guard.start(GUARD_TIMEOUT, new Guarding());
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** Those on one link, of one version of IP, come and go together. */
  private static List<Hold> holds(List<VipConfig> vips, Map<VipId, Link> links) throws IOException {
    Map<VipId, List<VipAddress>> addresses = new LinkedHashMap<>();
    for (VipConfig vip : vips) {
      VipId id = new VipId(vip.link(), 0, vip.ipv6());
      links.put(id, Link.named(vip.link()));
      addresses.computeIfAbsent(id, _ -> new ArrayList<>()).addAll(VipPlan.addresses(vip));
    }
    List<Hold> holds = new ArrayList<>();
    addresses.forEach((id, list) -> holds.add(Hold.silent(id, links.get(id).index(), list)));
    return holds;
  }

  void start() {
    thread.start();
  }

  private final class Guarding implements Guard.Listener {
    @Override
    public void removed(VipId id) {
      removedByGuard = true;
    }

    @Override
    public void failed(String what) {
      failed.accept(what);
    }

    @Override
    public void ended(int exitStatus) {
      failed.accept("the guard of addresses that every node has has ended");
    }
  }

  private void run() {
    set(false);
    while (!closed) {
      guard.beat(System.nanoTime());
      if (removedByGuard) {
        removedByGuard = false;
        here = false;
      }
      boolean wanted = able.getAsBoolean() && guard.isAlive();
      if (wanted != here) {
        set(wanted);
      }
      LockSupport.parkNanos(LOOK_NS);
    }
    set(false);
  }

  private void set(boolean wanted) {
    try {
      for (Hold hold : holds) {
        set(hold, wanted);
      }
      if (wanted != here) {
        transitions.increment();
      }
      sinceNs = System.nanoTime();
      here = wanted;
    } catch (IOException e) {
      failed.accept(e.getMessage());
    }
  }

  private void set(Hold hold, boolean wanted) throws IOException {
    if (wanted) {
      guard.hold(hold);
    }
    for (VipAddress address : hold.addresses()) {
      if (wanted) {
        table.add(links.get(hold.id()), address);
      } else {
        table.remove(links.get(hold.id()), address);
      }
    }
    if (!wanted) {
      guard.drop(hold.id());
    }
  }

  /** How they stand, for people. */
  List<Vip> status() {
    Duration since = Duration.ofNanos(System.nanoTime() - sinceNs);
    return holds.stream()
        .map(hold ->
            new Vip(
                hold.id().toString(),
                hold.addresses().stream().map(VipAddress::toString).toList(),
                here ? Vip.EVERY : Vip.OUT,
                0,
                "",
                since,
                here ? "" : "this node is not ready to serve",
                transitions.sum(),
                Map.of()))
        .toList();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    guard.close();
    table.close();
  }
}
