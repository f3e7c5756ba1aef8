package io.steelyard.sim.bench;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.world.Witness;
import java.util.ArrayList;
import java.util.List;

/**
 * What must hold whatever happens. It keeps books of its own from what has truly happened, as
 * simply as can be, and compares.
 */
final class Laws implements Witness {
  /** A law was broken. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String law) {
      super(law);
    }
  }

  /** What is known of a server by plain counting. */
  private static final class Books {
    boolean checked;
    boolean up;
    int passedInARow;
    int failedInARow;
    int inFlight;
    Wish wish = Wish.SERVE;

    void check(boolean passed, PoolPlan.Checks checks) {
      passedInARow = passed ? passedInARow + 1 : 0;
      failedInARow = passed ? 0 : failedInARow + 1;
      if (!checked) {
        checked = true;
        up = passed;
      } else if (passedInARow >= checks.rise()) {
        up = true;
      } else if (failedInARow >= checks.fall()) {
        up = false;
      }
    }
  }

  private final Scenario scenario;
  private final PoolPlan plan;
  private final boolean isChecked;
  private final List<Books> books = new ArrayList<>();
  private final Turns turns;
  private Pool pool;
  private int inFlight;
  private int waiting;

  Laws(Scenario scenario) {
    this.scenario = scenario;
    this.plan = scenario.pool();
    this.isChecked = plan.checks().isPresent();
    this.turns = new Turns(scenario);
  }

  @Override
  public void follows(Pool next, long nowNs) {
    boolean first = pool == null;
    pool = next;
    while (books.size() < next.servers().size()) {
      Books newcomer = new Books();
      newcomer.checked = first || !isChecked;
      newcomer.up = newcomer.checked;
      books.add(newcomer);
    }
  }

  @Override
  public void wished(int server, Wish wish, long nowNs) {
    books.get(server).wish = wish;
    demand(state(server).standing().wish() == wish, "the operator's wish is kept", server);
  }

  @Override
  public void checked(int server, boolean passed, long nowNs) {
    Books book = books.get(server);
    book.check(passed, plan.checks().orElseThrow());
    for (int i = 0; i < books.size(); i++) {
      boolean up = state(i).standing().probed().up();
      demand(up == books.get(i).up, "verdicts flip after consecutive results, and only then", i);
    }
  }

  @Override
  public void picked(int server, Tried tried, long nowNs) {
    Books book = books.get(server);
    Standing standing = state(server).standing();
    demand(book.wish == Wish.SERVE, "no pick of a server in " + book.wish, server);
    demand(weight(server) > 0, "no pick of a server without weight", server);
    demand(!tried.contains(server), "a retry goes to another server", server);
    if (!pool.state().panic()) {
      demand(!book.checked || book.up, "no pick of a server that is known to be down", server);
      boolean keptOut = standing.held() || standing.ejected();
      demand(
          !keptOut || !anyIsLeft(tried),
          "no pick of a server that is held or ejected, but when nobody else is left",
          server);
      demand(book.checked || !anyTakesNew(), "no pick of a server before its first check", server);
    }
    if (standing.takesNew() || pool.state().panic()) {
      turns.picked(server, tried, pool);
    }
  }

  /**
   * Whether there is a server that takes new requests and was not tried: a full one is waited for.
   */
  private boolean anyIsLeft(Tried tried) {
    for (int i = 0; i < pool.servers().size(); i++) {
      if (state(i).standing().takesNew() && weight(i) > 0 && !tried.contains(i)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void refused(Refusal refusal, Tried tried, long nowNs) {
    if (refusal == Refusal.ALL_DOWN
        || refusal == Refusal.NONE_WANTED
        || refusal == Refusal.NO_SERVER) {
      demand(!anyTakesNew(), "nobody is refused while a server is up: " + refusal, 0);
    }
  }

  @Override
  public void begun(int server, long nowNs) {
    books.get(server).inFlight++;
    inFlight++;
    compareInFlight(server);
    int max = pool.servers().get(server).maxConnections();
    demand(max == 0 || books.get(server).inFlight <= max, "no server has more than it may", server);
    int limit = plan.limits().concurrency();
    demand(
        limit == 0 || inFlight <= limit, "the pool has no more than it may: " + inFlight, server);
  }

  @Override
  public void ended(int server, long nowNs) {
    books.get(server).inFlight--;
    inFlight--;
    compareInFlight(server);
  }

  private void compareInFlight(int server) {
    int counted = state(server).inFlight();
    demand(counted >= 0, "in flight is never negative", server);
    demand(counted == books.get(server).inFlight, "in flight is what it is: " + counted, server);
    demand(pool.state().inFlight() == inFlight, "in flight of the pool is what it is", server);
  }

  @Override
  public void retried(int retriesUnderWay, long nowNs) {
    double share = plan.limits().retryBudget() * (inFlight + waiting);
    double allowed = Math.max(plan.limits().retriesMin(), share);
    demand(
        retriesUnderWay + 1 <= allowed,
        "one more retry than " + retriesUnderWay + " is in the budget of " + allowed,
        0);
  }

  @Override
  public void waits(int requests) {
    waiting = requests;
    demand(requests <= plan.limits().queue(), "no more wait than may: " + requests, 0);
  }

  @Override
  public void ticked(long nowNs) {
    int ejected = (int) pool.servers().stream().filter(Laws::isEjected).count();
    double max = Math.max(1, plan.passive().ejectedMax() * pool.servers().size());
    demand(ejected <= max, ejected + " are ejected of " + max, 0);
    panic();
  }

  /** Panic needs fewer than the threshold; between two checks of it servers may recover. */
  private void panic() {
    double threshold = plan.balancing().panicThreshold();
    int healthy = 0;
    int wanted = 0;
    for (int i = 0; i < books.size(); i++) {
      boolean counts = books.get(i).wish == Wish.SERVE && !pool.servers().get(i).backup();
      wanted += counts ? 1 : 0;
      healthy += counts && takesNew(i) ? 1 : 0;
    }
    boolean fewest = healthy == wanted && wanted > 0;
    demand(
        !pool.state().panic() || (threshold > 0 && !fewest), "panic has a reason: " + healthy, 0);
  }

  private static boolean isEjected(Server server) {
    return server.state().standing().ejected();
  }

  @Override
  public void rests(long nowNs) {
    for (Server server : pool.servers()) {
      ServerState state = server.state();
      demand(state.inFlight() == 0, "nothing is in flight at rest", 0);
      for (int i = 0; i < server.maxConnections(); i++) {
        demand(state.reserve(server.maxConnections()), "all places are free at rest", 0);
      }
    }
    demand(pool.state().inFlight() == 0, "nothing is in flight in the pool at rest", 0);
    demand(pool.state().retrying() == 0, "nothing is retried at rest", 0);
    demand(pool.state().waiting() == 0, "nobody waits at rest", 0);
  }

  private boolean anyTakesNew() {
    for (int i = 0; i < books.size(); i++) {
      if (takesNew(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean takesNew(int i) {
    Books book = books.get(i);
    Standing standing = state(i).standing();
    return book.wish == Wish.SERVE
        && book.checked
        && book.up
        && weight(i) > 0
        && !standing.held()
        && !standing.ejected();
  }

  private int weight(int server) {
    return pool.servers().get(server).weight();
  }

  private ServerState state(int server) {
    return pool.servers().get(server).state();
  }

  private void demand(boolean holds, String law, int server) {
    if (!holds) {
      Algorithm algorithm = plan.balancing().algorithm();
      throw new Broken(
          "seed %d, %s, server %s: %s"
              .formatted(
                  scenario.seed(), algorithm.label(), pool.servers().get(server).name(), law));
    }
  }
}
