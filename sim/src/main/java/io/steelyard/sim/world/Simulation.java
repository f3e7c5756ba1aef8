package io.steelyard.sim.world;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.ProbeSchedule;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Happening;
import io.steelyard.core.pool.PoolMonitor;
import io.steelyard.core.server.LoadReport;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.sim.engine.EventQueue;
import io.steelyard.sim.plan.Fault.Kind;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.plan.ServerPlan;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Runs a scenario from its beginning until all requests are seen through. Nothing in it depends on
 * anything but the scenario. Each kind of chance has a generator of its own, so that two algorithms
 * meet the same arrivals.
 */
public final class Simulation {
  private static final long REPORT_NS = 1_000_000_000L;
  private static final long REPORT_HOLDS_NS = 5 * REPORT_NS;

  private final Scenario scenario;
  private final PoolPlan plan;
  private final Timetable timetable;
  private final EventQueue queue = new EventQueue();
  private final Machine[] machines;
  private final Witness witness;
  private final Node node;
  private final Exchanges exchanges;
  private final Statistics statistics;
  private final SplittableRandom seeds;
  private final RandomGenerator checkChance;
  private final Optional<ProbeSchedule> schedule;

  private Simulation(Scenario scenario, Node.Maker maker, Witness witness) {
    this.scenario = scenario;
    this.witness = witness;
    this.timetable = new Timetable(scenario.pool(), scenario.faults(), scenario.durationNs());
    this.plan = timetable.plan();
    this.seeds = new SplittableRandom(scenario.seed());
    this.machines = new Machine[plan.servers().size()];
    for (int i = 0; i < machines.length; i++) {
      machines[i] = new Machine(plan.servers().get(i), queue, seeds.split());
    }
    this.checkChance = seeds.split();
    this.schedule = plan.checks().map(c -> new ProbeSchedule(c.interval(), c.fastInterval()));
    Pool pool = Pools.first(plan, timetable.present(), scenario.loops());
    pool.state().onAlarm(() -> queue.add(queue.nowNs(), Event.of(Event.ALARM, 0)));
    this.node = maker.make(pool, seeds.split());
    this.statistics =
        new Statistics(scenario, plan.servers().stream().map(ServerPlan::name).toList());
    this.exchanges =
        new Exchanges(scenario, plan, queue, machines, node, witness, statistics, seeds);
    witness.follows(pool, 0);
  }

  /** Runs it with the true decisions. */
  public static Statistics run(Scenario scenario) {
    return run(scenario, Node.Maker.real(), Witness.NONE);
  }

  /** Runs it with the decisions of a node, before a witness. */
  public static Statistics run(Scenario scenario, Node.Maker maker, Witness witness) {
    return new Simulation(scenario, maker, witness).run();
  }

  private Statistics run() {
    begin();
    while (queue.nowNs() < scenario.durationNs() || exchanges.live() > 0) {
      happen(queue.take());
    }
    witness.rests(queue.nowNs());
    statistics.events(queue.added());
    return statistics;
  }

  private void begin() {
    for (int i = 0; i < timetable.present(); i++) {
      beginChecks(i);
    }
    for (int i = 0; i < timetable.entries().size(); i++) {
      queue.add(timetable.entries().get(i).atNs(), Event.of(Event.FAULT_BEGINS, i));
    }
    if (plan.balancing().algorithm() == Algorithm.CUSTOM_LOAD) {
      for (int i = 0; i < machines.length; i++) {
        queue.add(REPORT_NS * i / machines.length, Event.of(Event.REPORT, i));
      }
    }
    queue.add(PoolMonitor.TICK_NS, Event.of(Event.TICK, 0));
    exchanges.begin();
  }

  private void happen(long event) {
    int whom = Event.whom(event);
    switch (Event.kind(event)) {
      case Event.CHECK -> check(whom);
      case Event.CHECK_PASSED -> checked(whom, true);
      case Event.CHECK_FAILED -> checked(whom, false);
      case Event.TICK -> tick();
      case Event.ALARM -> alarm();
      case Event.FAULT_BEGINS -> faultBegins(whom);
      case Event.FAULT_ENDS -> faultEnds(timetable.entries().get(whom));
      case Event.REPORT -> report(whom);
      default -> exchanges.happen(event);
    }
  }

  /** At the start the checks are spread over an interval; a newcomer is checked at once. */
  private void beginChecks(int server) {
    plan.checks()
        .ifPresent(c -> {
          long spread = server < timetable.present() ? c.interval().toNanos() : 1;
          queue.add(queue.nowNs() + checkChance.nextLong(spread), Event.of(Event.CHECK, server));
        });
  }

  private void check(int server) {
    long timeout = plan.checks().orElseThrow().timeout().toNanos();
    int result = machines[server].checkPasses(timeout) ? Event.CHECK_PASSED : Event.CHECK_FAILED;
    queue.add(queue.nowNs() + machines[server].checkTakesNs(timeout), Event.of(result, server));
  }

  private void checked(int server, boolean passed) {
    List<Happening> happenings = node.checked(server, passed, queue.nowNs());
    Health after = node.pool().servers().get(server).state().standing().probed();
    witness.checked(server, passed, queue.nowNs());
    tell(happenings);
    long timeout = plan.checks().orElseThrow().timeout().toNanos();
    long took = machines[server].checkTakesNs(timeout);
    long due = queue.nowNs() - took;
    long next = schedule.orElseThrow().nextNs(after, due, queue.nowNs(), checkChance);
    queue.add(next, Event.of(Event.CHECK, server));
    exchanges.wake();
  }

  private void tick() {
    tell(node.tick(queue.nowNs()));
    witness.ticked(queue.nowNs());
    exchanges.leaveDown();
    queue.add(queue.nowNs() + PoolMonitor.TICK_NS, Event.of(Event.TICK, 0));
    exchanges.wake();
  }

  private void alarm() {
    tell(node.alarmed(queue.nowNs()));
    exchanges.leaveDown();
    exchanges.wake();
  }

  private void tell(List<Happening> happenings) {
    for (Happening happening : happenings) {
      witness.happened(happening, queue.nowNs());
      statistics.happened(happening, queue.nowNs());
    }
  }

  private void report(int server) {
    long now = queue.nowNs();
    double load = machines[server].utilization();
    if (server < node.pool().servers().size() && machines[server].checkPasses(REPORT_NS)) {
      ServerState state = node.pool().servers().get(server).state();
      state.report(new LoadReport(load, now + REPORT_HOLDS_NS));
    }
    queue.add(now + REPORT_NS, Event.of(Event.REPORT, server));
  }

  private void faultBegins(int number) {
    Timetable.Entry entry = timetable.entries().get(number);
    Machine machine = machines[entry.server()];
    switch (entry.kind()) {
      case DOWN -> machine.goDown();
      case LOST -> machine.lose();
      case FREEZE -> machine.freeze();
      case SLOW -> machine.slowDown(entry.amount());
      case ERRORS -> machine.beginErrors(entry.amount());
      case DRAIN -> wish(entry.server(), Wish.DRAIN);
      case MAINTAIN -> wish(entry.server(), Wish.MAINTENANCE);
      case JOIN -> join();
      case FLAP -> throw new IllegalStateException("taken apart before");
    }
    if (entry.endNs() < Long.MAX_VALUE && entry.kind() != Kind.JOIN) {
      queue.add(entry.endNs(), Event.of(Event.FAULT_ENDS, number));
    }
  }

  private void faultEnds(Timetable.Entry entry) {
    Machine machine = machines[entry.server()];
    switch (entry.kind()) {
      case DOWN -> machine.comeUp();
      case LOST -> machine.find();
      case FREEZE -> machine.thaw();
      case SLOW -> machine.speedUp(entry.amount());
      case ERRORS -> machine.endErrors(entry.amount());
      case DRAIN, MAINTAIN -> wish(entry.server(), Wish.SERVE);
      case JOIN, FLAP -> throw new IllegalStateException("has no end");
    }
  }

  private void wish(int server, Wish wish) {
    if (server >= node.pool().servers().size()) {
      return;
    }
    tell(node.wished(server, wish, queue.nowNs()));
    witness.wished(server, wish, queue.nowNs());
    exchanges.wake();
  }

  /** The next one of the plan: they stand in the order in which they join. */
  private void join() {
    int server = node.pool().servers().size();
    Pool next = Pools.joined(plan, node.pool());
    node.follow(next, queue.nowNs());
    witness.follows(next, queue.nowNs());
    beginChecks(server);
    exchanges.wake();
  }
}
