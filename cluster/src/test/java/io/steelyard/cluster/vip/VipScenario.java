package io.steelyard.cluster.vip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Some hosts that are configured for the same virtual routers, and what befalls them. */
final class VipScenario {
  static final long MS = 1_000_000;

  /** Two that hear each other may both own an address for so many intervals in bad weather. */
  private static final int TWO_INTERVALS_MAX = 8;

  /** And for so long in calm weather. */
  private static final long TWO_CALM_NS = 10 * MS;

  /** What was told to clients and lost is told again. */
  private static final long CLIENTS_LEARN_NS = 31_000 * MS;

  /** Makes a host: with a planted mistake, if that is wanted. */
  interface Maker {
    SimulatedHost make(SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs);

    /** How that host gets its leases. */
    default SimulatedVotes votes(SimulatedHost host) {
      return new SimulatedVotes(host);
    }
  }

  /**
   * How it is configured.
   *
   * @param groups whether the first two virtual routers are one group
   * @param preemptIntervals the preempt delay; negative: none preempts
   */
  record Plan(
      int hosts,
      int vips,
      long advertiseNs,
      boolean groups,
      int preemptIntervals,
      VipExclusion exclusion) {
    static final Plan SIMPLE = new Plan(3, 1, 100 * MS, false, 0, VipExclusion.NONE);

    Plan withVips(int number) {
      return new Plan(hosts, number, advertiseNs, groups, preemptIntervals, exclusion);
    }

    Plan withHosts(int number) {
      return new Plan(number, vips, advertiseNs, groups, preemptIntervals, exclusion);
    }

    Plan withPreempt(int intervals) {
      return new Plan(hosts, vips, advertiseNs, groups, intervals, exclusion);
    }

    Plan with(VipExclusion next) {
      return new Plan(hosts, vips, advertiseNs, groups, preemptIntervals, next);
    }

    Plan withGroup() {
      return new Plan(hosts, vips, advertiseNs, true, preemptIntervals, exclusion);
    }

    static Plan random(SplittableRandom random, VipExclusion exclusion) {
      return new Plan(
          random.nextInt(exclusion == VipExclusion.NONE ? 2 : 3, 6),
          random.nextInt(1, 4),
          MS * List.of(50, 100, 1000).get(random.nextInt(3)),
          random.nextInt(3) == 0,
          random.nextInt(-3, 10),
          exclusion);
    }

    Duration advertise() {
      return Duration.ofNanos(advertiseNs);
    }
  }

  final SimulatedLan lan;
  final VipWitness witness;
  final Plan plan;
  private final SplittableRandom random;
  private final List<List<VipOptions>> configured = new ArrayList<>();

  VipScenario(long seed, Plan plan, Maker maker) {
    this.plan = plan;
    this.lan = new SimulatedLan(seed);
    this.random = lan.random.split();
    this.witness = new VipWitness(lan);
    for (int i = 0; i < plan.hosts; i++) {
      configured.add(options(i));
      SimulatedHost host = maker.make(lan, witness, configured.get(i), hangNs(plan));
      if (plan.exclusion != VipExclusion.NONE) {
        host.exclude(maker.votes(host));
      }
    }
  }

  /** A guard is never quicker than that. */
  private static long hangNs(Plan plan) {
    return Math.max(300 * MS, 4 * plan.advertiseNs);
  }

  VipId id(int vip) {
    return new VipId("eth0", vip + 1, false);
  }

  SimulatedHost host(int number) {
    return lan.hosts.get(number);
  }

  /** Each virtual router prefers another host; some priorities are the same. */
  private List<VipOptions> options(int host) {
    List<VipOptions> options = new ArrayList<>();
    for (int vip = 0; vip < plan.vips; vip++) {
      boolean grouped = plan.groups && vip < 2;
      int place = (host + (grouped ? 0 : vip)) % plan.hosts;
      options.add(option(id(vip), 200 - 40 * Math.min(place, 3), grouped ? "both" : ""));
    }
    return options;
  }

  private VipOptions option(VipId id, int priority, String group) {
    return new VipOptions(
        id,
        List.of(new VipAddress(SimulatedHost.address(100 + id.routerId()), 24)),
        priority,
        plan.advertise(),
        plan.preemptIntervals >= 0,
        plan.advertise().multipliedBy(Math.max(0, plan.preemptIntervals)),
        group);
  }

  /** All are there, and the owners are found. */
  VipScenario settled() {
    lan.hosts.forEach(SimulatedHost::start);
    lan.run(settlesNs());
    return this;
  }

  /** All have the same priority for all. */
  void makeEqual() {
    for (SimulatedHost host : lan.hosts) {
      List<VipOptions> next = new ArrayList<>();
      configured.get(host.number).forEach(vip -> next.add(option(vip.id(), 100, vip.group())));
      configured.set(host.number, next);
      host.follow(next);
    }
  }

  int priority(SimulatedHost host, int vip) {
    return configured.get(host.number).get(vip).priority();
  }

  /** Starting, being preempted, what tells groups apart, and those who ask for a lease in vain. */
  long settlesNs() {
    long leasesNs =
        plan.exclusion == VipExclusion.LEASE ? 4 * SimulatedVotes.leaseNs(hangNs(plan)) : 0;
    return (40 + Math.max(0, plan.preemptIntervals)) * plan.advertiseNs + leasesNs;
  }

  SimulatedHost owner(VipId id) {
    Set<Integer> holders = witness.holders(id);
    if (holders.size() != 1) {
      throw new AssertionError(id + " is held by " + holders);
    }
    return host(holders.iterator().next());
  }

  // ---- bad times

  void suffer(int steps) {
    lan.hosts.forEach(SimulatedHost::start);
    for (int i = 0; i < steps; i++) {
      disturb(host(random.nextInt(plan.hosts)));
      long untilNs = lan.nowNs() + random.nextLong(plan.advertiseNs, 12 * plan.advertiseNs);
      while (lan.nowNs() < untilNs) {
        lan.run(plan.advertiseNs / 2);
        witness.watch(TWO_INTERVALS_MAX * plan.advertiseNs);
      }
    }
  }

  private void disturb(SimulatedHost one) {
    switch (random.nextInt(14)) {
      case 0, 1 -> lan.weather(weather());
      case 2, 3 -> part(one);
      case 4, 5 -> lan.heal();
      case 6 -> one.pause(random.nextLong(plan.advertiseNs, 50 * plan.advertiseNs));
      case 7 -> one.crash();
      case 8 -> restart(one);
      case 9 -> one.stop();
      case 10 -> one.handOver();
      case 11 -> one.track(id(random.nextInt(plan.vips)), random.nextInt(10) * 25);
      case 12 -> one.follow(changed(configured.get(one.number)));
      default -> lan.hosts.forEach(SimulatedHost::start);
    }
  }

  /** Killed, and perhaps started again before others think that it is gone. */
  private void restart(SimulatedHost one) {
    one.kill();
    if (random.nextBoolean()) {
      lan.in(random.nextLong(4 * plan.advertiseNs), one::start);
    }
  }

  private SimulatedLan.Weather weather() {
    return new SimulatedLan.Weather(
        random.nextDouble(0.25), random.nextDouble(0.3), random.nextLong(MS, plan.advertiseNs / 4));
  }

  /** Anybody may not hear anybody, nobody hears one, or the network falls into parts. */
  private void part(SimulatedHost one) {
    switch (random.nextInt(3)) {
      case 0 -> {
        Set<Integer> part = new HashSet<>();
        lan.hosts.stream().filter(h -> random.nextBoolean()).forEach(h -> part.add(h.number));
        lan.split(part);
      }
      case 1 -> lan.hosts.forEach(other -> lan.cut(one.number, other.number));
      default -> lan.cut(one.number, random.nextInt(plan.hosts));
    }
  }

  private List<VipOptions> changed(List<VipOptions> all) {
    List<VipOptions> next = new ArrayList<>();
    for (VipOptions vip : all) {
      if (random.nextInt(4) > 0) {
        next.add(option(vip.id(), random.nextInt(1, 255), vip.group()));
      }
    }
    return next;
  }

  // ---- and after them

  /** Everything is well again: what must hold, and when, is found in the witness's faults. */
  void recover(boolean patiently) {
    lan.heal();
    lan.weather(SimulatedLan.Weather.CALM);
    for (SimulatedHost host : lan.hosts) {
      host.resume();
      host.start();
      host.follow(configured.get(host.number));
      configured.get(host.number).forEach(vip -> host.track(vip.id(), 0));
    }
    lan.run(plan.advertiseNs + 5 * MS);
    long endNs = lan.nowNs() + settlesNs();
    while (lan.nowNs() < endNs) {
      lan.run(2 * MS);
      witness.watch(TWO_CALM_NS);
    }
    checkOwners();
    long moves = witness.moves();
    lan.run(patiently ? CLIENTS_LEARN_NS : 20 * plan.advertiseNs);
    if (moves != witness.moves()) {
      witness.fault("an address moved without a reason");
    }
    if (patiently) {
      checkClients();
    }
    checkExclusion();
  }

  private void checkExclusion() {
    long boundNs =
        switch (plan.exclusion) {
          case NONE -> Long.MAX_VALUE;
          case LEASE -> 0;
        };
    if (witness.twoLongestNs() > boundNs) {
      witness.fault("two owners for " + witness.twoLongestNs() / 1000 + " us");
    }
  }

  private void checkOwners() {
    Set<Integer> ofGroup = new HashSet<>();
    for (int vip = 0; vip < plan.vips; vip++) {
      Set<Integer> holders = witness.holders(id(vip));
      if (holders.size() != 1) {
        witness.fault(id(vip) + " is held by " + holders);
      } else if (plan.preemptIntervals >= 0) {
        checkPriority(holders.iterator().next(), vip);
      }
      if (plan.groups && vip < 2) {
        ofGroup.addAll(holders);
      }
    }
    if (ofGroup.size() > 1) {
      witness.fault("a group is owned by " + ofGroup);
    }
  }

  private void checkPriority(int holder, int vip) {
    int most = lan.hosts.stream().mapToInt(h -> priority(h, vip)).max().orElse(0);
    if (priority(host(holder), vip) < most) {
      witness.fault(id(vip) + " is not where it has the highest priority");
    }
  }

  /** All send to the one who has it, and that one knows that it has it. */
  void checkClients() {
    for (int vip = 0; vip < plan.vips; vip++) {
      for (int holder : witness.holders(id(vip))) {
        if (host(holder).status().get(vip).role() != VipRole.ACTIVE) {
          witness.fault(id(vip) + " is held by one that does not know it");
        }
        for (SimulatedHost client : lan.hosts) {
          if (lan.sendsTo(client.number, id(vip)) != holder) {
            witness.fault(id(vip) + " is sought elsewhere");
          }
        }
      }
    }
  }
}
