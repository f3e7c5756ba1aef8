package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipEvent;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.cluster.vip.VipPenalty;
import io.steelyard.cluster.vip.VipReason;
import io.steelyard.cluster.vip.VipRole;
import io.steelyard.cluster.vip.VipStatus;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.control.Controller;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.cluster.ClusterStatus.Vip;
import io.steelyard.core.address.IpText;
import io.steelyard.vip.VipDriver;
import io.steelyard.vip.VipDriverOptions;
import io.steelyard.vip.VipListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The virtual addresses of this node, from one configuration to the next. */
final class Vips implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  private final Supplier<Controller> controller;
  private final LoopWatch loops;
  private final AtomicReference<VipKeeper> keeper = new AtomicReference<>();
  private volatile VipPlan plan = VipPlan.NONE;
  private volatile Tracker tracker;
  private volatile boolean leaving;
  private volatile String failure = "";
  private volatile EveryNode everyNode;

  /** What a former process had when it was asked; it runs until it says its last word. */
  private volatile List<Leftovers.Line> inheritance = List.of();

  private volatile boolean succeeds;

  Vips(Supplier<Controller> controller, LoopWatch loops) {
    this.controller = controller;
    this.loops = loops;
  }

  /**
   * Gets ready to own what a plan says.
   *
   * @param leases for a keeper that is begun; null where none are needed
   * @throws IOException if a capability, a link or an address is missing
   */
  Move open(VipPlan next, Supplier<Leases> leases) throws IOException {
    if (next.equals(plan)) {
      return Move.NOWHERE;
    }
    Move everywhere = openEverywhere(next);
    try {
      Move routers = openRouters(next, leases);
      return move(
          () -> {
            routers.make();
            everywhere.make();
            plan = next;
          },
          () -> {
            routers.undo();
            everywhere.undo();
          });
    } catch (IOException | RuntimeException e) {
      everywhere.undo();
      throw e;
    }
  }

  private Move openEverywhere(VipPlan next) throws IOException {
    if (next.everywhere().equals(plan.everywhere())) {
      return Move.NOWHERE;
    }
    EveryNode opened =
        next.everywhere().isEmpty()
            ? null
            : new EveryNode(next.everywhere(), this::able, this::failed);
    return move(
        () -> {
          closeEverywhere();
          everyNode = opened;
          if (opened != null) {
            opened.start();
          }
        },
        () -> {
          if (opened != null) {
            opened.close();
          }
        });
  }

  private void closeEverywhere() {
    EveryNode before = everyNode;
    everyNode = null;
    if (before != null) {
      before.close();
    }
  }

  private Move openRouters(VipPlan next, Supplier<Leases> leases) throws IOException {
    if (next.sameRouters(plan)) {
      return Move.NOWHERE;
    }
    if (next.routers().isEmpty()) {
      return move(() -> end(next), () -> {});
    }
    VipCheck.networks(next.routers());
    Tracker tracking = new Tracker(next.tracks(), this::listenersServe);
    if (keeper.get() != null && next.quorum().equals(plan.quorum())) {
      return move(() -> follow(next, tracking), tracking::close);
    }
    try {
      VipDriver driver = VipDriver.open(next.routers(), options(next), listener());
      return move(
          () -> begin(next, driver, tracking, leases),
          () -> {
            tracking.close();
            driver.close();
          });
    } catch (IOException | RuntimeException e) {
      tracking.close();
      throw e;
    }
  }

  private static Move move(Runnable makes, Runnable undoes) {
    return new Move() {
      @Override
      public void make() {
        makes.run();
      }

      @Override
      public void undo() {
        undoes.run();
      }
    };
  }

  private static VipDriverOptions options(VipPlan plan) {
    return new VipDriverOptions(plan.transports(), Optional.of(plan.guardTimeout()));
  }

  private VipListener listener() {
    return VipKeeper.listener(keeper::get, this::failed);
  }

  private void begin(VipPlan next, VipDriver driver, Tracker tracking, Supplier<Leases> leases) {
    // Another quorum is another election.
    Optional.ofNullable(keeper.getAndSet(null)).ifPresent(VipKeeper::close);
    track(next, tracking);
    Set<VipId> handedOver = inherited(next);
    VipKeeper begun = new VipKeeper(next.routers(), driver, leases.get(), new Surroundings());
    keeper.set(begun);
    begun.start(handedOver);
  }

  private void follow(VipPlan next, Tracker tracking) {
    track(next, tracking);
    keeper.get().follow(next.routers(), options(next));
  }

  private void track(VipPlan next, Tracker tracking) {
    Tracker before = tracker;
    tracker = tracking;
    plan = next;
    failure = "";
    if (before != null) {
      before.close();
    }
  }

  /**
   * What a former process has left behind is removed, unless that one still runs and is about to
   * hand it over.
   */
  private Set<VipId> inherited(VipPlan next) {
    if (succeeds) {
      return configured(inheritance, next);
    }
    for (VipOptions router : next.routers()) {
      remove(new Leftovers.Line(router.id(), router.addresses()));
    }
    return Set.of();
  }

  /** Those that this process goes on with: the same virtual routers with the same addresses. */
  private static Set<VipId> configured(List<Leftovers.Line> lines, VipPlan plan) {
    Set<VipId> kept = new HashSet<>();
    for (Leftovers.Line line : lines) {
      if (plan.routers().stream()
          .anyMatch(r -> r.id().equals(line.id()) && r.addresses().equals(line.addresses()))) {
        kept.add(line.id());
      }
    }
    return kept;
  }

  private void remove(Leftovers.Line line) {
    try {
      Leftovers.remove(line.id().link(), line.addresses());
    } catch (IOException e) {
      failed(e.getMessage());
    }
  }

  /** What a former process of this host owns, to be gone on with: see {@link #owned()}. */
  void inherit(List<String> lines) {
    inheritance = lines.stream().map(Leftovers.Line::read).toList();
    succeeds = true;
  }

  /** What this node owns, for a process that is to go on with it. */
  List<String> inheritable() {
    List<String> owned = owned();
    return lines(id -> owned.contains(id.toString())).stream().map(Leftovers.Line::text).toList();
  }

  private List<Leftovers.Line> lines(Predicate<VipId> which) {
    return plan.routers().stream()
        .filter(router -> which.test(router.id()))
        .map(router -> new Leftovers.Line(router.id(), router.addresses()))
        .toList();
  }

  /**
   * What another process goes on with.
   *
   * @param lines what is left on the links
   * @param untilNs what of it is leased, and until when it may be owned
   */
  record HandedOver(List<Leftovers.Line> lines, Map<VipId, Long> untilNs) {}

  /** Another process goes on with what this one owns. */
  HandedOver handOver() {
    VipKeeper now = keeper.get();
    try {
      if (now != null) {
        VipKeeper.HandedOver handed = now.handOver();
        return new HandedOver(lines(handed.ids()::contains), handed.untilNs());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new HandedOver(List.of(), Map.of());
  }

  /**
   * The former process has let go of what it had: this one goes on with what is configured here,
   * and removes the rest.
   */
  void inheritLast(List<Leftovers.Line> handed, Map<VipId, Long> untilNs) {
    succeeds = false;
    inheritance = List.of();
    Set<VipId> kept = configured(handed, plan);
    handed.stream().filter(line -> !kept.contains(line.id())).forEach(this::remove);
    VipKeeper now = keeper.get();
    if (now != null) {
      try {
        now.inheritLast(kept, untilNs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The former process is gone, and did not say what it had in the end. */
  void inheritWithoutWord() {
    inheritLast(inheritance, Map.of());
  }

  private void end(VipPlan next) {
    plan = next;
    VipKeeper last = keeper.getAndSet(null);
    if (last != null) {
      last.close();
    }
    Tracker tracking = tracker;
    tracker = null;
    if (tracking != null) {
      tracking.close();
    }
  }

  private boolean listenersServe(VipId id) {
    List<InetAddress> addresses =
        plan.routers().stream()
            .filter(router -> router.id().equals(id))
            .flatMap(router -> router.addresses().stream())
            .map(VipAddress::address)
            .toList();
    return controller.get().listenersServe(addresses);
  }

  /** Whether this node serves now, and all its loops turn. */
  private boolean able() {
    return !leaving && controller.get().ready() && loops.turn();
  }

  private void failed(String what) {
    if (!what.equals(failure)) {
      failure = what;
      controller.get().events().add(Kind.VIP_TROUBLE, what);
      LOG.log(Level.ERROR, what);
    }
  }

  private final class Surroundings implements VipKeeper.Surroundings {
    @Override
    public boolean able() {
      return Vips.this.able();
    }

    @Override
    public VipPenalty penalty(VipId id) {
      Tracker now = tracker;
      return now == null ? VipPenalty.NONE : now.penalty(id);
    }

    @Override
    public boolean overlooks(VipId id) {
      return plan.unprobed().contains(id);
    }

    @Override
    public void happened(VipEvent event) {
      tell(event);
    }

    @Override
    public void failed(String what) {
      Vips.this.failed(what);
    }
  }

  private void tell(VipEvent event) {
    String text = VipWords.of(event, names(event.id()), this::text);
    Kind kind =
        event instanceof VipEvent.Owned
            ? Kind.VIP_OWNED
            : event instanceof VipEvent.GivenUp ? Kind.VIP_GIVEN_UP : Kind.VIP_TROUBLE;
    controller.get().events().add(kind, text);
    LOG.log(level(event, kind), text);
  }

  private static Level level(VipEvent event, Kind kind) {
    if (event instanceof VipEvent.InUse) {
      return Level.ERROR;
    }
    return kind == Kind.VIP_TROUBLE ? Level.WARNING : Level.INFO;
  }

  private String text(VipReason reason) {
    VipKeeper now = keeper.get();
    return now == null ? reason.text() : now.text(reason);
  }

  private String names(VipId id) {
    return plan.routers().stream()
        .filter(router -> router.id().equals(id))
        .map(router -> VipWords.addresses(router.addresses()))
        .findFirst()
        .orElse(id.toString());
  }

  /** The addresses that this node owns. */
  Set<InetAddress> ownAddresses() {
    List<String> owned = owned();
    return lines(id -> owned.contains(id.toString())).stream()
        .flatMap(line -> line.addresses().stream())
        .map(VipAddress::address)
        .collect(Collectors.toSet());
  }

  /** Names of those that this node owns. */
  List<String> owned() {
    VipKeeper now = keeper.get();
    if (now == null) {
      return List.of();
    }
    return now.seen().status().stream()
        .filter(status -> status.role() == VipRole.ACTIVE)
        .map(status -> status.id().toString())
        .toList();
  }

  /** How they stand, for people. */
  List<Vip> status() {
    List<Vip> vips = new ArrayList<>();
    EveryNode everywhere = everyNode;
    if (everywhere != null) {
      vips.addAll(everywhere.status());
    }
    VipKeeper now = keeper.get();
    if (now == null) {
      return vips;
    }
    VipKeeper.Seen seen = now.seen();
    for (VipStatus status : seen.status()) {
      vips.add(vip(status));
    }
    return vips;
  }

  private Vip vip(VipStatus status) {
    Map<String, Long> adverts = new LinkedHashMap<>();
    adverts.put("second-owner", status.secondOwners());
    adverts.put("foreign", status.foreign());
    adverts.put("conflict", status.conflicts());
    return new Vip(
        status.id().toString(),
        plan.routers().stream()
            .filter(router -> router.id().equals(status.id()))
            .flatMap(router -> router.addresses().stream())
            .map(VipAddress::toString)
            .toList(),
        switch (status.role()) {
          case ACTIVE -> Vip.OWNER;
          case BACKUP -> Vip.BACKUP;
          case INITIALIZE -> Vip.OUT;
        },
        status.priority(),
        status.owner().map(IpText::of).orElse(""),
        Duration.ofNanos(status.sinceNs()),
        why(status),
        status.transitions(),
        adverts);
  }

  private String why(VipStatus status) {
    Tracker now = tracker;
    List<String> failures = now == null ? List.of() : now.failures(status.id());
    List<String> words = new ArrayList<>();
    status
        .hindrance()
        .filter(reason -> reason != VipReason.TRACKED)
        .map(reason -> reason == VipReason.IN_USE ? inUse(status) : text(reason))
        .ifPresent(words::add);
    if (loops.hang()) {
      words.add("an event loop hangs");
    }
    words.addAll(failures);
    return String.join("; ", words);
  }

  private String inUse(VipStatus status) {
    return status.conflict().map(VipWords::conflict).orElseGet(() -> text(VipReason.IN_USE));
  }

  /** What is wrong, a sentence each. */
  List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    if (!failure.isEmpty()) {
      troubles.add(failure);
    }
    VipKeeper now = keeper.get();
    if (now != null && now.dropped() > 0) {
      troubles.add(now.dropped() + " adverts came too fast to be heard");
    }
    if (now != null) {
      now.seen().status().stream()
          .filter(status -> status.role() == VipRole.ACTIVE)
          .flatMap(status -> status.conflict().stream())
          .map(VipWords::conflict)
          .forEach(troubles::add);
    }
    if (now != null && !now.leaseTrouble().isEmpty()) {
      troubles.add(now.leaseTrouble());
    }
    return troubles;
  }

  /** What has happened with leases, by what it is called. */
  Map<String, Long> leaseCounts() {
    VipKeeper now = keeper.get();
    return now == null ? Map.of() : now.leaseCounts();
  }

  /** This node is about to go: it gives all up at once, and waits for that. */
  void leave() throws InterruptedException {
    leaving = true;
    VipKeeper now = keeper.get();
    if (now != null) {
      now.leave();
    }
    closeEverywhere();
  }

  @Override
  public void close() {
    end(VipPlan.NONE);
    closeEverywhere();
  }
}
