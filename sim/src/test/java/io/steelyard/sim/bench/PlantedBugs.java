package io.steelyard.sim.bench;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Happening;
import io.steelyard.core.pool.Lease;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.sim.world.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Mistakes that balancers are known to make, each in a node of its own. */
final class PlantedBugs {
  private static final int LIMIT_NONE = 0;

  private PlantedBugs() {}

  /** By what is wrong. */
  static Map<String, Node.Maker> all() {
    Map<String, BiFunction<Pool, RandomGenerator, Node>> bugs = new LinkedHashMap<>();
    bugs.put("a place is not given back after a time-out", ForgetsRelease::new);
    bugs.put("a place is given back twice after a failure", ReleasesTwice::new);
    bugs.put("a reservation is kept after a failure", KeepsReservation::new);
    bugs.put("a retry is never counted as over", ForgetsRetryEnd::new);
    bugs.put("the limit of a server is not looked at", IgnoresLimit::new);
    bugs.put("health is not asked for", IgnoresHealth::new);
    bugs.put("maintenance is not asked for", IgnoresWish::new);
    bugs.put("a check that was under way undoes the operator's wish", UndoesWish::new);
    bugs.put("hold-down is not asked for", (p, r) -> new Prefers(p, r, Standing::held));
    bugs.put("ejection is not asked for", (p, r) -> new Prefers(p, r, Standing::ejected));
    bugs.put("what was picked a moment ago is still good", PicksFromMemory::new);
    bugs.put("failed checks need not be consecutive", FailuresAddUp::new);
    bugs.put("passed checks need not be consecutive", PassesAddUp::new);
    bugs.put("one failed check is enough", OneFailureIsEnough::new);
    bugs.put("a verdict that was down stays so", NeverUpAgain::new);
    bugs.put("results are counted for the neighbour", ResultsOfNeighbour::new);
    bugs.put("retries without a budget", RetriesWithoutBudget::new);
    bugs.put("a retry goes where it failed", RetriesSameServer::new);
    bugs.put("weights drift from their servers when one is down", DriftingWeights::new);
    bugs.put("everybody may be ejected", EjectsEverybody::new);
    bugs.put("panic at the first server that is down", PanicsAtOnce::new);
    bugs.put("a newcomer counts as up before its first check", TrustsNewcomers::new);
    bugs.put("one server that is down closes the pool", ClosesPool::new);
    Map<String, Node.Maker> makers = new LinkedHashMap<>();
    bugs.forEach((name, bug) -> makers.put(name, bug::apply));
    return makers;
  }

  /** A node whose decisions are right until they are spoilt. */
  private static class Spoilt extends Node {
    Spoilt(Pool pool, RandomGenerator random) {
      super(pool, random, 0);
    }

    final int size() {
      return pool().servers().size();
    }

    final Standing standing(int server) {
      return state(server).standing();
    }

    /** The first server other than those tried that is so; {@link Balancer#NONE} if none is. */
    final int find(Tried tried, Predicate<ServerState> wanted) {
      for (int i = 0; i < size(); i++) {
        boolean hasWeight = pool().servers().get(i).weight() > 0;
        if (hasWeight && !tried.contains(i) && wanted.test(state(i))) {
          return i;
        }
      }
      return Balancer.NONE;
    }

    final int orElse(int picked, Tried tried, Predicate<ServerState> wanted) {
      int found = find(tried, wanted);
      return found != Balancer.NONE ? found : picked;
    }
  }

  private static final class ForgetsRelease extends Spoilt {
    private boolean timedOut;

    ForgetsRelease(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public void ended(int server, int loop, Outcome outcome, long nowNs) {
      timedOut = outcome == Outcome.TIMED_OUT;
      super.ended(server, loop, outcome, nowNs);
    }

    @Override
    public void release(Lease lease, int server, int loop, long nowNs) {
      super.release(lease, server, loop, nowNs);
      if (timedOut) {
        state(server).acquire(loop);
      }
    }
  }

  private static final class ReleasesTwice extends Spoilt {
    private boolean failed;

    ReleasesTwice(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public void ended(int server, int loop, Outcome outcome, long nowNs) {
      failed = outcome == Outcome.BROKEN;
      super.ended(server, loop, outcome, nowNs);
    }

    @Override
    public void release(Lease lease, int server, int loop, long nowNs) {
      super.release(lease, server, loop, nowNs);
      if (failed) {
        state(server).release(loop);
      }
    }
  }

  private static final class KeepsReservation extends Spoilt {
    KeepsReservation(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public void ended(int server, int loop, Outcome outcome, long nowNs) {
      super.ended(server, loop, outcome, nowNs);
      int max = pool().servers().get(server).maxConnections();
      if (outcome.failed() && max > 1) {
        state(server).reserve(max);
      }
    }
  }

  private static final class ForgetsRetryEnd extends Spoilt {
    ForgetsRetryEnd(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public void retryEnds(int loop) {}
  }

  private static final class IgnoresLimit extends Spoilt {
    IgnoresLimit(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      int picked = super.pick(loop, key, tried, nowNs);
      return picked != Balancer.NONE ? picked : orElse(picked, tried, s -> s.standing().takesNew());
    }

    @Override
    public boolean take(Lease lease, int server, int loop, long nowNs) {
      Server s = pool().servers().get(server);
      return lease.take(
          new Server(
              s.name(), s.address(), s.weight(), LIMIT_NONE, s.backup(), s.zone(), s.state()),
          loop);
    }
  }

  private static final class IgnoresHealth extends Spoilt {
    IgnoresHealth(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      int picked = super.pick(loop, key, tried, nowNs);
      return orElse(picked, tried, s -> s.standing().wanted());
    }
  }

  private static final class IgnoresWish extends Spoilt {
    IgnoresWish(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      int picked = super.pick(loop, key, tried, nowNs);
      return orElse(picked, tried, s -> s.standing().wish(Wish.SERVE).takesNew());
    }
  }

  private static final class UndoesWish extends Spoilt {
    UndoesWish(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> checked(int server, boolean passed, long nowNs) {
      state(server).standing(standing(server).wish(Wish.SERVE));
      return super.checked(server, passed, nowNs);
    }
  }

  /** Sends everything to the first server of which something holds that should keep it out. */
  private static final class Prefers extends Spoilt {
    private final Predicate<Standing> what;

    Prefers(Pool pool, RandomGenerator random, Predicate<Standing> what) {
      super(pool, random);
      this.what = what;
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      int picked = super.pick(loop, key, tried, nowNs);
      return orElse(picked, tried, s -> what.test(s.standing()) && s.standing().wanted());
    }
  }

  private static final class PicksFromMemory extends Spoilt {
    private static final long MEMORY_NS = 500_000_000;

    private long pickedNs;
    private int last = Balancer.NONE;

    PicksFromMemory(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      if (last != Balancer.NONE && nowNs - pickedNs < MEMORY_NS && !tried.contains(last)) {
        return last;
      }
      pickedNs = nowNs;
      last = super.pick(loop, key, tried, nowNs);
      return last;
    }
  }

  private static final class FailuresAddUp extends Spoilt {
    FailuresAddUp(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> checked(int server, boolean passed, long nowNs) {
      boolean keeps = passed && standing(server).probed().up() && standing(server).probed().known();
      return keeps ? List.of() : super.checked(server, passed, nowNs);
    }
  }

  private static final class PassesAddUp extends Spoilt {
    PassesAddUp(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> checked(int server, boolean passed, long nowNs) {
      boolean keeps =
          !passed && !standing(server).probed().up() && standing(server).probed().known();
      return keeps ? List.of() : super.checked(server, passed, nowNs);
    }
  }

  private static final class OneFailureIsEnough extends Spoilt {
    OneFailureIsEnough(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> checked(int server, boolean passed, long nowNs) {
      Health health = standing(server).probed();
      for (int i = 1; i < health.fall() && !passed; i++) {
        super.checked(server, false, nowNs);
      }
      return super.checked(server, passed, nowNs);
    }
  }

  private static final class NeverUpAgain extends Spoilt {
    NeverUpAgain(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> checked(int server, boolean passed, long nowNs) {
      Health health = standing(server).probed();
      return health.known() && !health.up() ? List.of() : super.checked(server, passed, nowNs);
    }
  }

  private static final class ResultsOfNeighbour extends Spoilt {
    ResultsOfNeighbour(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> checked(int server, boolean passed, long nowNs) {
      return super.checked((server + 1) % size(), passed, nowNs);
    }
  }

  private static final class RetriesWithoutBudget extends Spoilt {
    RetriesWithoutBudget(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public boolean mayRetry() {
      return true;
    }
  }

  private static final class RetriesSameServer extends Spoilt {
    RetriesSameServer(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      return super.pick(loop, key, new Tried(), nowNs);
    }
  }

  /** Whoever is down is left out of the servers, but not out of the weights. */
  private static final class DriftingWeights extends Spoilt {
    DriftingWeights(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      int picked = super.pick(loop, key, tried, nowNs);
      boolean someDown = find(new Tried(), s -> !s.standing().takesNew()) != Balancer.NONE;
      for (int i = 1; i < size() && someDown && picked != Balancer.NONE; i++) {
        int next = (picked + i) % size();
        boolean takes = standing(next).takesNew() && pool().servers().get(next).weight() > 0;
        if (takes && !tried.contains(next)) {
          return next;
        }
      }
      return picked;
    }
  }

  private static final class EjectsEverybody extends Spoilt {
    EjectsEverybody(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> tick(long nowNs) {
      List<Happening> happenings = super.tick(nowNs);
      for (int i = 0; i < size(); i++) {
        if (state(i).traffic().failedInARow() > 0) {
          state(i).standing(standing(i).ejected(true));
        }
      }
      return happenings;
    }
  }

  private static final class PanicsAtOnce extends Spoilt {
    PanicsAtOnce(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public List<Happening> tick(long nowNs) {
      List<Happening> happenings = super.tick(nowNs);
      pool().state().panic(find(new Tried(), s -> !s.standing().takesNew()) != Balancer.NONE);
      return happenings;
    }
  }

  private static final class TrustsNewcomers extends Spoilt {
    TrustsNewcomers(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public void follow(Pool next, long nowNs) {
      ServerState newcomer = next.servers().getLast().state();
      Health health = newcomer.standing().probed();
      newcomer.standing(newcomer.standing().probed(Health.unknown(health.rise(), health.fall())));
      super.follow(next, nowNs);
    }
  }

  private static final class ClosesPool extends Spoilt {
    ClosesPool(Pool pool, RandomGenerator random) {
      super(pool, random);
    }

    @Override
    public int pick(int loop, long key, Tried tried, long nowNs) {
      return closed() ? Balancer.NONE : super.pick(loop, key, tried, nowNs);
    }

    @Override
    public Refusal whyNone(int loop, Tried tried) {
      return closed() ? Refusal.ALL_DOWN : super.whyNone(loop, tried);
    }

    private boolean closed() {
      return find(new Tried(), s -> !s.standing().probed().up()) != Balancer.NONE;
    }
  }
}
