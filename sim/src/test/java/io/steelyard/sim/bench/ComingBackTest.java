package io.steelyard.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.Fault;
import io.steelyard.sim.plan.Fault.Kind;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.plan.ServerPlan;
import io.steelyard.sim.world.Node;
import io.steelyard.sim.world.Simulation;
import io.steelyard.sim.world.Witness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that comes back, or is new, is not drowned: slow start as it is by default. */
final class ComingBackTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int SERVERS = 10;
  private static final double LOAD = 0.8;
  private static final long DOWN_NS = 20 * SECOND_NS;
  private static final long BACK_NS = 40 * SECOND_NS;
  private static final long WINDOW_MIN_NS = SECOND_NS / 20;
  private static final double WINDOW_REQUESTS = 50;
  private static final long END_NS = 90 * SECOND_NS;

  @ParameterizedTest
  @CsvSource({
    "LEAST_CONNECTIONS, 1, 100, 1, DOWN",
    "LEAST_CONNECTIONS, 10, 50, 1, DOWN",
    "LEAST_CONNECTIONS, 10, 50, 4, DOWN",
    "LEAST_CONNECTIONS, 100, 100, 1, DOWN",
    "LEAST_CONNECTIONS, 10, 50, 1, JOIN",
    "LEAST_RESPONSE_TIME, 10, 50, 1, DOWN",
    "POWER_OF_TWO, 10, 50, 1, DOWN",
    "ROUND_ROBIN, 10, 50, 1, DOWN"
  })
  void it_never_gets_twice_its_fair_share_of_new_requests(
      Algorithm algorithm, int capacity, int latencyMs, int loops, Kind how) {
    double rate = LOAD * SERVERS * capacity * 1e3 / latencyMs;
    Peak peak = comesBack(PoolPlan.of(algorithm, servers(capacity, latencyMs)), rate, loops, how);
    assertThat(peak.most).as("the largest multiple of its fair share").isLessThan(2);
    assertThat(peak.total).as("it does work").isGreaterThan((long) (rate / SERVERS * 10));
  }

  /**
   * With few clients an idle newcomer would be chosen again as soon as it has answered, and get 1.9
   * times its fair share after four of ten seconds.
   */
  @ParameterizedTest
  @EnumSource(names = {"LEAST_CONNECTIONS", "LEAST_RESPONSE_TIME", "LEAST_BANDWIDTH"})
  void with_few_clients_it_gets_no_more_than_its_part_so_far(Algorithm algorithm) {
    Arrivals clients = new Arrivals.Clients(8, new Distribution.Constant(0));
    Fault joins = new Fault(BACK_NS, "s4", Kind.JOIN, 0, Fault.FOR_EVER);
    PoolPlan pool = PoolPlan.of(algorithm, servers(1, 5).subList(0, 5));
    Scenario scenario = Scenario.of(pool, clients, BACK_NS + 5 * SECOND_NS).with(List.of(joins));
    Shares shares = new Shares(4, BACK_NS);
    Simulation.run(scenario.onLoops(2), Node.Maker.real(), shares);
    // Its ramp goes from 0.1 to 0.55 of a server meanwhile, a third of one on average.
    assertThat(shares.share()).isBetween(0.005, 0.33 / 4.33 * 1.1);
  }

  @Test
  void without_slow_start_it_would() {
    PoolPlan pool = PoolPlan.of(Algorithm.LEAST_CONNECTIONS, servers(100, 100));
    Balancing at = pool.balancing();
    Balancing atOnce = new Balancing(at.algorithm(), at.hashKey(), 0, "", Duration.ZERO, 0);
    Peak peak = comesBack(pool.with(atOnce), LOAD * SERVERS * 1000, 1, Kind.DOWN);
    assertThat(peak.most).isGreaterThan(2);
  }

  private static List<ServerPlan> servers(int capacity, int latencyMs) {
    List<ServerPlan> servers = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      servers.add(ServerPlan.of("s" + i, new Distribution.Exponential(latencyMs * 1e6), capacity));
    }
    return servers;
  }

  private static Peak comesBack(PoolPlan pool, double rate, int loops, Kind how) {
    Fault fault =
        how == Kind.JOIN
            ? new Fault(BACK_NS, "s9", Kind.JOIN, 0, Fault.FOR_EVER)
            : new Fault(DOWN_NS, "s9", Kind.DOWN, 0, BACK_NS - DOWN_NS);
    Scenario scenario =
        Scenario.of(pool, new Arrivals.Rate(rate), END_NS).with(List.of(fault)).onLoops(loops);
    Peak peak = new Peak(SERVERS - 1, BACK_NS, rate / SERVERS);
    Simulation.run(scenario, Node.Maker.real(), peak);
    return peak;
  }

  /** What part of all requests a server was sent from some time on. */
  private static final class Shares implements Witness {
    private final int server;
    private final long fromNs;
    private long all;
    private long its;

    Shares(int server, long fromNs) {
      this.server = server;
      this.fromNs = fromNs;
    }

    @Override
    public void begun(int to, long nowNs) {
      if (nowNs >= fromNs) {
        all++;
        its += to == server ? 1 : 0;
      }
    }

    double share() {
      return (double) its / all;
    }
  }

  /**
   * The most that a server was sent in any window of 50 ms (or the time of fifty requests at its
   * fair share, if that is longer: fewer are noise), as a multiple of that share.
   */
  private static final class Peak implements Witness {
    private final int server;
    private final long fromNs;
    private final double fairPerSecond;
    private final long windowNs;
    private final ArrayDeque<Long> window = new ArrayDeque<>();
    private double most;
    private long total;

    Peak(int server, long fromNs, double fairPerSecond) {
      this.server = server;
      this.fromNs = fromNs;
      this.fairPerSecond = fairPerSecond;
      this.windowNs = (long) Math.max(WINDOW_MIN_NS, WINDOW_REQUESTS / fairPerSecond * SECOND_NS);
    }

    @Override
    public void begun(int to, long nowNs) {
      if (to != server || nowNs < fromNs) {
        return;
      }
      total++;
      window.addLast(nowNs);
      while (window.peekFirst() <= nowNs - windowNs) {
        window.removeFirst();
      }
      most = Math.max(most, window.size() / (fairPerSecond * windowNs / 1e9));
    }
  }
}
