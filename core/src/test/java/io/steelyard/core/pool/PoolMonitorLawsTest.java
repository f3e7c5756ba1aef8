package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Balancers;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks, traffic, operators and reloads at random; the laws hold after every step. */
@Timeout(120)
class PoolMonitorLawsTest {
  private static final List<Wish> WISHES = List.of(Wish.values());
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final int SEEDS = 150;
  private static final int STEPS = 600;
  private static final int RAMP_STEP_MAX = ServerState.FULL_RAMP / 8;

  @Test
  void the_laws_hold_for_every_seed() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new World(seed).run();
    }
  }

  /** A request in flight. */
  private record Request(Lease lease, ServerState server) {}

  /** What a dumb second implementation knows of a server: its last results, and the verdict. */
  private static final class Verdict {
    boolean known;
    boolean up;
    boolean last;
    int run;

    void result(boolean passed) {
      run = known && passed == last ? run + 1 : 1;
      last = passed;
      if (!known || run >= (passed ? TestPool.RISE : TestPool.FALL)) {
        up = passed;
      }
      known = true;
    }
  }

  private static final class World {
    final int seed;
    final SplittableRandom random;
    final TestPool pool = new TestPool(1);
    final List<Request> requests = new ArrayList<>();
    final Map<ServerState, Verdict> verdicts = new HashMap<>();
    final Map<ServerState, Integer> ramps = new HashMap<>();
    PoolView view;
    int step;
    int named;

    World(int seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      pool.slowStart(random.nextInt(3) * 5);
      pool.panicThreshold(random.nextInt(3) * 0.25);
      pool.holdDown(
          new HoldDown(
              random.nextInt(4),
              Duration.ofSeconds(60),
              Duration.ofSeconds(2),
              Duration.ofSeconds(20)));
      pool.passive(passive());
      IntStream.rangeClosed(1, 1 + random.nextInt(7)).forEach(i -> add());
      pool.start();
      view();
    }

    private PassiveHealth passive() {
      return new PassiveHealth(
          random.nextInt(4),
          random.nextInt(2) * 50,
          5,
          random.nextInt(2) * 5,
          Duration.ofSeconds(1 + random.nextInt(5)),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          random.nextInt(5) * 0.25);
    }

    private void add() {
      ServerState added =
          pool.add(
              Health.awaiting(TestPool.RISE, TestPool.FALL),
              1,
              random.nextInt(3) * 4,
              random.nextInt(5) == 0);
      // A name of its own, however many were removed.
      Server last = pool.servers.removeLast();
      ServerState state =
          new ServerState(new ServerId("app", "s" + named++), pool.state, added.standing());
      pool.servers.add(
          new Server(
              state.id().server(),
              last.address(),
              1,
              last.maxConnections(),
              last.backup(),
              "",
              state));
      verdicts.put(state, new Verdict());
    }

    private void view() {
      List<String> names = pool.servers.stream().map(Server::name).toList();
      int[] weights = pool.servers.stream().mapToInt(Server::weight).toArray();
      Balancer balancer = Balancers.of(Algorithm.LEAST_CONNECTIONS, names, weights);
      view = new PoolView(pool.pool(), balancer);
    }

    void run() {
      for (step = 0; step < STEPS; step++) {
        act();
        laws();
      }
      requests.forEach(r -> r.lease.release());
      assertThat(pool.state.inFlight()).as(this::where).isZero();
      verdicts.keySet().forEach(s -> assertThat(s.inFlight()).as(this::where).isZero());
      converges();
    }

    private void act() {
      int any = random.nextInt(pool.servers.size());
      switch (random.nextInt(20)) {
        case 0 -> pool.wish(any, WISHES.get(random.nextInt(3)));
        case 1 -> reload();
        case 2, 3, 4, 5 -> checks(any);
        case 6, 7, 8 -> end();
        case 9 -> pool.tries(any, random.nextInt(8), OUTCOMES.get(random.nextInt(5)));
        case 10 -> pool.answers(any, random.nextInt(20), 1 + random.nextLong(1_000_000_000));
        case 11, 12, 13, 14 -> pool.tick();
        default -> begin();
      }
    }

    private void checks(int i) {
      boolean passed = random.nextInt(5) > 1;
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        pool.check(i, passed);
        verdicts.get(pool.server(i)).result(passed);
      }
    }

    private void begin() {
      int i = view.pick(0, new Tried(), random, pool.nowNs);
      if (i == Balancer.NONE) {
        assertThat(nobodyIsUsable()).as(this::where).isTrue();
        return;
      }
      Standing standing = pool.server(i).standing();
      assertThat(standing.wanted()).as(this::where).isTrue();
      boolean awaits = !standing.probed().known();
      assertThat(pool.state.panic() || standing.takesNew() || awaits).as(this::where).isTrue();
      Lease lease = new Lease();
      assertThat(lease.take(pool.servers.get(i), 0)).as(this::where).isTrue();
      requests.add(new Request(lease, pool.server(i)));
    }

    private boolean nobodyIsUsable() {
      return pool.servers.stream()
          .filter(s -> s.state().standing().takesNew())
          .allMatch(s -> s.maxConnections() > 0 && s.state().inFlight() >= s.maxConnections());
    }

    private void end() {
      if (!requests.isEmpty()) {
        Request request = requests.remove(random.nextInt(requests.size()));
        request.lease.release();
        request.server.ended(0, OUTCOMES.get(random.nextInt(5)));
      }
    }

    private void reload() {
      Map<ServerState, Standing> before = new HashMap<>();
      pool.servers.forEach(s -> before.put(s.state(), s.state().standing()));
      switch (random.nextInt(4)) {
        case 0 -> add();
        case 1 -> {
          if (pool.servers.size() > 1) {
            pool.servers.remove(random.nextInt(pool.servers.size()));
          }
        }
        case 2 -> pool.passive(passive());
        default -> pool.panicThreshold(random.nextInt(3) * 0.25);
      }
      pool.reload();
      view();
      for (Server server : pool.servers) {
        Standing old = before.get(server.state());
        if (old != null) {
          assertThat(server.state().standing().probed()).as(this::where).isEqualTo(old.probed());
          assertThat(server.state().standing().wish()).as(this::where).isEqualTo(old.wish());
        }
      }
    }

    private void laws() {
      for (Server server : pool.servers) {
        ServerState state = server.state();
        Verdict verdict = verdicts.get(state);
        assertThat(state.standing().probed().up()).as(this::where).isEqualTo(verdict.up);
        assertThat(state.inFlight()).as(this::where).isEqualTo(inFlight(state));
        ramp(state);
      }
      assertThat(pool.state.inFlight()).as(this::where).isEqualTo(requests.size());
      long ejected = pool.servers.stream().filter(s -> s.state().standing().ejected()).count();
      long max = (long) Math.floor(pool.passive.ejectedMax() * pool.servers.size() + 1e-9);
      assertThat(ejected).as(this::where).isLessThanOrEqualTo(Math.max(1, max));
      boolean anyUp =
          pool.servers.stream()
              .map(s -> s.state().standing())
              .anyMatch(s -> s.wanted() && s.probed().up());
      boolean anyTakes = pool.servers.stream().anyMatch(s -> s.state().standing().takesNew());
      assertThat(anyTakes).as(this::where).isEqualTo(anyUp);
    }

    private int inFlight(ServerState state) {
      return (int) requests.stream().filter(r -> r.server == state).count();
    }

    private void ramp(ServerState state) {
      int ramp = state.ramp();
      int before = ramps.getOrDefault(state, ramp);
      assertThat(ramp).as(this::where).isBetween(26, ServerState.FULL_RAMP);
      // A panic lifts all ramps.
      boolean calm = !pool.state.panic();
      if (calm && pool.slowStart.isPositive() && state.standing().takesNew() && ramp > before) {
        assertThat(ramp - before).as(this::where).isLessThanOrEqualTo(RAMP_STEP_MAX);
      }
      ramps.put(state, ramp);
    }

    /** The faults stop: everybody serves, nobody is held, ejected or on a ramp. */
    private void converges() {
      for (int i = 0; i < pool.servers.size(); i++) {
        pool.wish(i, Wish.SERVE);
      }
      for (int second = 0; second < 120; second++) {
        for (int i = 0; i < pool.servers.size(); i++) {
          pool.check(i, true);
          pool.answers(i, 10, 1_000_000);
        }
        pool.seconds(1);
      }
      assertThat(pool.state.panic()).as(this::where).isFalse();
      for (Server server : pool.servers) {
        assertThat(server.state().standing().takesNew()).as(this::where).isTrue();
        assertThat(server.state().ramp()).as(this::where).isEqualTo(ServerState.FULL_RAMP);
      }
    }

    private String where() {
      return "seed " + seed + ", step " + step + ", " + standings();
    }

    private String standings() {
      return pool.servers.stream()
          .map(s -> s.name() + " " + s.state().standing())
          .collect(Collectors.joining("\n"));
    }
  }
}
