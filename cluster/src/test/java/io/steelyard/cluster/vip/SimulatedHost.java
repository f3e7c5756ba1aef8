package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A host: its addresses, a clock that is off and runs too fast or too slow, the process that
 * decides, and a guard that removes the addresses when that process is dead or says nothing.
 */
class SimulatedHost {
  /** The guard notices so soon that the process is dead. */
  static final long REAPED_NS = 21_000_000;

  /** The process is scheduled so much later than it wanted at most. */
  private static final long LATE_MAX_NS = 500_000;

  private static final int SOCKET_MAX = 1000;
  private static final int SPEAKS_AFTER = 5;

  final SimulatedLan lan;
  final VipWitness witness;
  final int number;

  /** The guard acts when the process has said nothing for so long. */
  final long hangNs;

  private final long offsetNs;
  private final double speed;
  private final Set<VipId> held = new HashSet<>();
  private final Deque<Runnable> socket = new ArrayDeque<>();
  private final Set<VipId> removed = new HashSet<>();

  /** What the guard would say for the process. */
  private final Map<VipId, Advert> said = new HashMap<>();

  private long spokeNs;
  private List<VipOptions> vips;
  private VipExclusion exclusion = VipExclusion.NONE;
  private SimulatedVotes votes;
  private VipElection process;

  private boolean paused;
  private long wakeNumber;
  private long pauseNumber;

  SimulatedHost(SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
    this.lan = lan;
    this.witness = witness;
    this.number = lan.hosts.size();
    this.vips = vips;
    this.hangNs = hangNs;
    this.offsetNs = lan.random.nextLong();
    this.speed = 1 + lan.random.nextDouble(-0.001, 0.001);
    lan.hosts.add(this);
  }

  /** It owns what its votes let it own. */
  void exclude(SimulatedVotes with) {
    exclusion = VipExclusion.LEASE;
    votes = with;
  }

  static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** On each second network the order of the addresses is the other way round. */
  InetAddress source(VipId id) {
    return address(id.routerId() % 2 == 0 ? 50 - number : number + 1);
  }

  private Map<VipId, InetAddress> sources() {
    Map<VipId, InetAddress> sources = new HashMap<>();
    vips.forEach(vip -> sources.put(vip.id(), source(vip.id())));
    return sources;
  }

  long localNs() {
    return offsetNs + (long) (lan.nowNs() * speed);
  }

  List<VipOptions> vips() {
    return vips;
  }

  boolean holds(VipId id) {
    return held.contains(id);
  }

  boolean isUp() {
    return process != null && !paused;
  }

  boolean isRunning() {
    return process != null;
  }

  boolean isPaused() {
    return paused;
  }

  List<VipStatus> status() {
    return process.status(localNs());
  }

  // ---- the process's life

  void start() {
    if (process == null) {
      release(Set.copyOf(held));
      process = new VipElection(vips, sources(), exclusion, localNs());
      if (votes != null) {
        votes.start();
      }
      act(p -> p.eligible(true, localNs()));
    }
  }

  /** SIGTERM. */
  void stop() {
    if (isUp()) {
      act(p -> p.stop(localNs()));
      process = null;
      if (votes != null) {
        votes.stop();
      }
    }
  }

  /** SIGKILL: the guard removes what is left. */
  void kill() {
    end();
    lan.in(
        REAPED_NS,
        () -> {
          if (process == null) {
            release(Set.copyOf(held));
          }
        });
  }

  /** The host is without power. */
  void crash() {
    end();
    release(Set.copyOf(held));
  }

  private void end() {
    process = null;
    paused = false;
    socket.clear();
    removed.clear();
    if (votes != null) {
      votes.end();
    }
  }

  /** Another process takes over. */
  void handOver() {
    if (isUp()) {
      VipElection former = process;
      process = new VipElection(vips, sources(), exclusion, localNs());
      act(p -> p.eligible(true, localNs()));
      if (votes == null) {
        act(p -> p.adopt(former.owned(), localNs()));
      } else {
        act(p -> p.inherit(former.ownedUntilNs(), localNs()));
        votes.handOver();
      }
    }
  }

  void pause(long forNs) {
    if (isUp()) {
      paused = true;
      long number = ++pauseNumber;
      // It was a while ago that the guard heard of it.
      lan.in(hangNs - lan.random.nextLong(hangNs / 4), () -> guard(number));
      lan.in(lan.random.nextLong(hangNs / SPEAKS_AFTER), () -> speak(number));
      lan.in(forNs, () -> resume(number));
    }
  }

  private void speak(long ofPause) {
    if (paused && pauseNumber == ofPause && removed.isEmpty()) {
      said.keySet().retainAll(held);
      List.copyOf(said.values()).forEach(this::send);
      spokeNs = localNs();
      said.values().stream()
          .mapToLong(advert -> advert.advertise().toNanos())
          .min()
          .ifPresent(everyNs -> lan.in(everyNs, () -> speak(ofPause)));
    }
  }

  private void guard(long ofPause) {
    if (paused && pauseNumber == ofPause) {
      removed.addAll(held);
      release(Set.copyOf(held));
      for (VipOptions vip : vips) {
        if (removed.contains(vip.id())) {
          send(new Advert(vip.id(), 0, vip.advertise(), vip.inetAddresses()));
        }
      }
    }
  }

  void resume(long ofPause) {
    if (paused && pauseNumber == ofPause) {
      resume();
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      process.advertised(spokeNs);
      if (votes != null) {
        votes.resumed();
      }
      while (!socket.isEmpty() && process != null) {
        socket.poll().run();
      }
      tick();
      for (VipId id : removed) {
        relieved(id);
      }
      removed.clear();
    }
  }

  /** The guard says what it did. */
  void relieved(VipId id) {
    act(p -> p.relieved(id, localNs()));
  }

  void follow(List<VipOptions> next) {
    vips = next;
    act(p -> p.follow(next, sources(), localNs()));
  }

  void track(VipId id, int penalty) {
    act(p -> p.track(id, new VipPenalty(penalty, 0), localNs()));
  }

  void quorum(boolean reached) {
    act(p -> p.quorum(reached, localNs()));
  }

  void leases(Map<String, Long> untilNs) {
    act(p -> p.leases(untilNs, localNs()));
  }

  Set<String> wanted() {
    return process.wanted();
  }

  // ---- what it hears and does

  final void arrives(Runnable packet) {
    if (paused && socket.size() < SOCKET_MAX) {
      socket.add(packet);
    } else if (isUp()) {
      packet.run();
    }
  }

  void heard(Advert advert, InetAddress from) {
    act(p -> p.heard(advert, from, localNs()));
  }

  void tick() {
    if (votes != null) {
      votes.look();
    }
    act(p -> p.tick(localNs()));
  }

  final void act(Function<VipElection, Ready> step) {
    if (isUp()) {
      perform(step.apply(process));
      scheduleTick();
    }
  }

  private void scheduleTick() {
    long number = ++wakeNumber;
    long waitNs = process.nextDeadlineNs() - localNs();
    if (votes != null) {
      waitNs = Math.min(waitNs, votes.waitNs());
    }
    long globalNs = (long) Math.ceil(Math.max(0, waitNs) / speed) + 1;
    lan.in(
        globalNs + lan.random.nextLong(LATE_MAX_NS),
        () -> {
          if (wakeNumber == number && isUp()) {
            tick();
          }
        });
  }

  void perform(Ready ready) {
    release(ready.release());
    ready.send().forEach(this::send);
    for (VipId id : ready.take()) {
      held.add(id);
      witness.took(number, id);
    }
    ready.announce().forEach(this::announce);
  }

  final void release(Iterable<VipId> ids) {
    for (VipId id : ids) {
      held.remove(id);
      witness.released(number, id);
    }
  }

  void send(Advert advert) {
    said.put(advert.id(), advert);
    InetAddress from = source(advert.id());
    lan.send(number, to -> to.arrives(() -> to.heard(advert, from)));
  }

  void announce(VipId id) {
    lan.announce(number, id);
  }

  final SimulatedVotes votes() {
    return votes;
  }
}
