package io.steelyard.core.pool;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Candidates;
import io.steelyard.core.balance.Rendezvous;
import io.steelyard.core.health.Standing;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.util.random.RandomGenerator;

/**
 * A pool as one event loop sees it, for the life of one snapshot: picks servers for requests. That
 * loop's thread only. Allocates nothing after construction.
 *
 * <p>Who takes part is worked out anew only when the pool's epoch has changed:
 *
 * <pre>
 *   those that take new requests (wanted, up, neither held nor ejected)
 *     none, or the pool is in panic -> all that are wanted, healthy or not, in panic;
 *                                      else those that are only held, or else only ejected;
 *                                      else those that await their first verdict
 *   all of them tried in vain         -> those that are up, but held or ejected
 * </pre>
 */
public final class PoolView implements Candidates {
  private final Pool pool;
  private final PoolState shared;
  private final Balancer balancer;
  private final Server[] servers;
  private final ServerState[] states;
  private final boolean[] members;
  private final int[] weights;
  private final int[] limits;

  /** Hashes of the servers' names. */
  private final long[] names;

  private int seenEpoch;
  private boolean prepared;
  private Tried tried = new Tried();
  private long nowNs;

  /** For the servers of {@code pool}, which {@code balancer} was built for. */
  public PoolView(Pool pool, Balancer balancer) {
    this(new PoolMembers(pool), balancer);
  }

  /** The same, with what views of other loops have, too. */
  public PoolView(PoolMembers common, Balancer balancer) {
    this.pool = common.pool;
    this.shared = pool.state();
    this.balancer = balancer;
    this.servers = common.servers;
    this.states = common.states;
    this.members = new boolean[servers.length];
    this.weights = new int[servers.length];
    this.limits = new int[servers.length];
    this.names = common.names;
  }

  /**
   * The same, with what another loop's view of the same pool has worked out just now: the servers
   * are not looked at once more.
   */
  public void prepare(PoolView other, RandomGenerator random, long now) {
    System.arraycopy(other.members, 0, members, 0, members.length);
    System.arraycopy(other.weights, 0, weights, 0, weights.length);
    System.arraycopy(other.limits, 0, limits, 0, limits.length);
    seenEpoch = other.seenEpoch;
    prepared = true;
    prepare(random, now);
  }

  /** Works out beforehand what the first pick would have to. Before it is handed to its loop. */
  public void prepare(RandomGenerator random, long now) {
    prepare();
    nowNs = now;
    balancer.prepare(this, random);
  }

  /**
   * The index of the server that a request goes to, or {@link Balancer#NONE}.
   *
   * @param key see {@link Balancer#pick}
   * @param triedInVain servers that this request does not go to again
   */
  public int pick(long key, Tried triedInVain, RandomGenerator random, long now) {
    prepare();
    tried = triedInVain;
    nowNs = now;
    if (full()) {
      return Balancer.NONE;
    }
    return orKeptOut(balancer.pick(this, key, random));
  }

  /**
   * The index of the server that a session moves to when its own cannot go on, or {@link
   * Balancer#NONE}. The same for all requests of the session, and on every node that sees the same
   * servers.
   *
   * @param session its number
   */
  public int moveTo(long session, Tried triedInVain, long now) {
    prepare();
    tried = triedInVain;
    nowNs = now;
    if (full()) {
      return Balancer.NONE;
    }
    int chosen = highest(session, false);
    if (chosen == Balancer.NONE) {
      chosen = highest(session, true);
    }
    // A session does not move on for want of room: all its requests go to the same server.
    return chosen == Balancer.NONE || hasRoom(chosen) ? orKeptOut(chosen) : Balancer.NONE;
  }

  /**
   * Whether sessions that are bound to this server may go on there. In panic nobody asks for its
   * health; and one that awaits its first verdict has given no cause to move away.
   */
  public boolean keeps(int i) {
    Standing standing = states[i].standing();
    return standing.keepsBound()
        || (standing.works()
            && (shared.panic() || (!standing.probed().known() && !standing.ejected())));
  }

  /** Whether new sessions may go to this server. */
  public boolean takesNew(int i) {
    prepare();
    return takesPart(i);
  }

  private int highest(long session, boolean backups) {
    int best = Balancer.NONE;
    double most = 0;
    for (int i = 0; i < servers.length; i++) {
      if (takesPart(i) && servers[i].backup() == backups && !tried.contains(i)) {
        double score = Rendezvous.score(session, names[i], servers[i].weight());
        if (best == Balancer.NONE || score > most) {
          best = i;
          most = score;
        }
      }
    }
    return best;
  }

  private int orKeptOut(int chosen) {
    boolean triedAll =
        chosen == Balancer.NONE && !tried.isEmpty() && whyNone() == Refusal.ALL_TRIED;
    return triedAll ? keptOut() : chosen;
  }

  /**
   * The server with the least load for its weight of those that are only held or ejected: what they
   * are kept out for is better than the error that a request would end with otherwise.
   */
  private int keptOut() {
    int best = Balancer.NONE;
    for (int i = 0; i < servers.length; i++) {
      Standing standing = states[i].standing();
      boolean couldServe = !members[i] && standing.wanted() && standing.probed().up();
      if (couldServe && weights[i] > 0 && !tried.contains(i) && hasRoom(i)) {
        best = best == Balancer.NONE || lighter(i, best) ? i : best;
      }
    }
    return best;
  }

  private boolean lighter(int a, int b) {
    return (load(a) + 1L) * weights[b] < (load(b) + 1L) * weights[a];
  }

  /** The loop has begun or ended a request at a server. */
  public void changed(int i, long now) {
    prepare();
    nowNs = now;
    balancer.changed(this, i);
  }

  public Pool pool() {
    return pool;
  }

  /** Why nothing could be picked for the request that {@link #pick} was asked for last. */
  public Refusal whyNone() {
    prepare();
    if (servers.length == 0) {
      return Refusal.NO_SERVER;
    }
    if (full()) {
      return Refusal.POOL_FULL;
    }
    Refusal why = Refusal.NONE_WANTED;
    for (int i = 0; i < servers.length; i++) {
      if (why == Refusal.NONE_WANTED && servers[i].weight() > 0 && states[i].standing().wanted()) {
        why = Refusal.ALL_DOWN;
      }
      if (takesPart(i)) {
        if (!tried.contains(i)) {
          return Refusal.ALL_FULL;
        }
        why = Refusal.ALL_TRIED;
      }
    }
    return why;
  }

  /** Whether as much is in flight to the pool as a whole as may be. */
  private boolean full() {
    int max = shared.concurrencyMax();
    return max > 0 && shared.inFlight() >= max;
  }

  private boolean takesPart(int i) {
    return members[i] && weights[i] > 0;
  }

  /** The epoch is read first: what changes meanwhile is seen the next time. */
  private void prepare() {
    int epoch = shared.epoch();
    if (prepared && epoch == seenEpoch) {
      return;
    }
    prepared = true;
    seenEpoch = epoch;
    boolean panic = shared.panic();
    boolean any = false;
    for (int i = 0; i < servers.length; i++) {
      Standing standing = states[i].standing();
      members[i] = panic ? standing.wanted() : standing.takesNew();
      weights[i] = servers[i].weight() * states[i].ramp();
      limits[i] = servers[i].limit();
      any |= takesPart(i);
    }
    if (!any && !admitUp(false) && !admitUp(true)) {
      admitAwaiting();
    }
  }

  /**
   * Those that are up and only held, or ejected: the monitor is about to let them back in. Returns
   * whether there are any.
   */
  private boolean admitUp(boolean ejected) {
    boolean any = false;
    for (int i = 0; i < servers.length; i++) {
      Standing standing = states[i].standing();
      members[i] |= standing.wanted() && standing.probed().up() && standing.ejected() == ejected;
      any |= takesPart(i);
    }
    return any;
  }

  private void admitAwaiting() {
    for (int i = 0; i < servers.length; i++) {
      Standing standing = states[i].standing();
      members[i] |= standing.wanted() && !standing.probed().known() && !standing.ejected();
    }
  }

  @Override
  public int size() {
    return servers.length;
  }

  @Override
  public int epoch() {
    return seenEpoch;
  }

  @Override
  public boolean member(int i) {
    return members[i];
  }

  @Override
  public boolean usable(int i) {
    return members[i] && !tried.contains(i) && hasRoom(i);
  }

  private boolean hasRoom(int i) {
    int max = limits[i];
    return max == 0 || states[i].inFlight() < max;
  }

  @Override
  public int weight(int i) {
    return weights[i];
  }

  @Override
  public int load(int i) {
    return states[i].inFlight();
  }

  @Override
  public int totalLoad() {
    return shared.inFlight();
  }

  @Override
  public double latencyNs(int i) {
    return states[i].traffic().latencyNs(nowNs);
  }

  @Override
  public double bytesPerSecond(int i) {
    return states[i].traffic().bytesPerSecond(nowNs);
  }

  @Override
  public double reportedLoad(int i) {
    return states[i].report().at(nowNs);
  }
}
