package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.PoolBalancers;
import io.steelyard.core.pool.PoolMembers;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.CookieNames;
import io.steelyard.core.session.ServerNames;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.ServerIndexes;
import io.steelyard.core.snapshot.ServerOrder;
import io.steelyard.net.Sockaddr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A pool with all that can be worked out of it without a loop. Made by the thread that publishes;
 * each loop then takes its part. What serves as a loop's servers is carried over from the pool of
 * that name before, as long as name and address of a server stay the same.
 */
final class PreparedPool {
  private final Pool pool;
  private final PoolMembers members;
  private final ServerIndexes indexes;

  /** Null unless sessions are told by a cookie of the balancer's own. */
  private final CookieNames cookieNames;

  /** Null unless sessions are remembered. */
  private final ServerNames numbers;

  private final Part[] parts;

  /** What one loop takes. */
  static final class Part {
    final PoolView view;

    /** Null when every request is balanced by itself. */
    final Sessions sessions;

    final LoopServer[] servers;

    /** Those that were not there before, and those that are there no more; until taken. */
    private List<LoopServer> added = List.of();

    private List<LoopServer> gone = List.of();
    private LoopPool taken;

    private Part(PoolView view, Sessions sessions, LoopServer[] servers) {
      this.view = view;
      this.sessions = sessions;
      this.servers = servers;
    }

    List<LoopServer> added() {
      return added;
    }

    List<LoopServer> gone() {
      return gone;
    }

    /** What the loop has made of it; null before it has. Loop thread only. */
    LoopPool taken() {
      return taken;
    }

    /** From now on it is this. Loop thread only. */
    void taken(LoopPool by) {
      taken = by;
      added = List.of();
      gone = List.of();
    }
  }

  private PreparedPool(
      Pool pool,
      PoolMembers members,
      ServerIndexes indexes,
      CookieNames cookieNames,
      ServerNames numbers,
      Part[] parts) {
    this.pool = pool;
    this.members = members;
    this.indexes = indexes;
    this.cookieNames = cookieNames;
    this.numbers = numbers;
    this.parts = parts;
  }

  /**
   * For all loops.
   *
   * @param former the pool of that name as it was; null if there was none
   * @param random of the calling thread
   */
  static PreparedPool of(
      Pool pool, PreparedPool former, List<ProxyLoop> loops, RandomGenerator random) {
    int[] before = before(pool, former);
    ServerIndexes indexes = new ServerIndexes(pool.servers());
    CookieNames cookieNames = cookieNames(pool, former, before);
    ServerNames numbers = numbers(pool, former, before);
    PoolMembers members = new PoolMembers(pool, former == null ? null : former.members, before);
    Supplier<Balancer> balancers = PoolBalancers.perLoop(pool);
    Sockaddr[] sockaddrs = sockaddrs(pool, before);
    Part[] parts = new Part[loops.size()];
    for (ProxyLoop loop : loops) {
      Part part =
          new Part(
              new PoolView(members, balancers.get()),
              sessions(loop, pool, cookieNames, numbers),
              new LoopServer[before.length]);
      prepare(part.view, parts[loops.getFirst().index()], random);
      fill(part, loop, pool, former, before, sockaddrs);
      parts[loop.index()] = part;
    }
    return new PreparedPool(pool, members, indexes, cookieNames, numbers, parts);
  }

  /** Before any loop has one of them. */
  private static void prepare(PoolView view, Part first, RandomGenerator random) {
    if (first == null) {
      view.prepare(random, System.nanoTime());
    } else {
      view.prepare(first.view, random, System.nanoTime());
    }
  }

  /**
   * For each server the former index of the one whose connections it takes over, or NONE of {@link
   * ServerOrder}.
   */
  private static int[] before(Pool pool, PreparedPool former) {
    List<Server> formerServers = former == null ? List.of() : former.pool.servers();
    ServerOrder order = new ServerOrder(formerServers);
    int[] before = new int[pool.servers().size()];
    for (int i = 0; i < before.length; i++) {
      Server server = pool.servers().get(i);
      int known = order.indexOf(server.name());
      boolean stays = known != ServerOrder.NONE && isAt(formerServers.get(known), server);
      before[i] = stays ? known : ServerOrder.NONE;
    }
    return before;
  }

  /** Most are the very same, which is seen at once. */
  private static boolean isAt(Server former, Server server) {
    return former.equals(server) || former.address().equals(server.address());
  }

  private static Sockaddr[] sockaddrs(Pool pool, int[] before) {
    Sockaddr[] sockaddrs = new Sockaddr[before.length];
    for (int i = 0; i < before.length; i++) {
      sockaddrs[i] =
          before[i] == ServerOrder.NONE ? Sockaddr.of(pool.servers().get(i).address()) : null;
    }
    return sockaddrs;
  }

  private static void fill(
      Part part,
      ProxyLoop loop,
      Pool pool,
      PreparedPool former,
      int[] before,
      Sockaddr[] sockaddrs) {
    LoopServer[] known = former == null ? new LoopServer[0] : former.parts[loop.index()].servers;
    boolean[] kept = new boolean[known.length];
    List<LoopServer> added = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      if (before[i] == ServerOrder.NONE) {
        Server server = pool.servers().get(i);
        ServerId id = server.state().id();
        part.servers[i] = new LoopServer(loop, id, server, sockaddrs[i]);
        added.add(part.servers[i]);
      } else {
        part.servers[i] = known[before[i]];
        kept[before[i]] = true;
      }
    }
    List<LoopServer> gone = new ArrayList<>();
    for (int i = 0; i < known.length; i++) {
      if (!kept[i]) {
        gone.add(known[i]);
      }
    }
    part.added = added;
    part.gone = gone;
  }

  private static CookieNames cookieNames(Pool pool, PreparedPool former, int[] before) {
    if (!(pool.sticky().means() instanceof Sticky.Means.Cookie cookie)) {
      return null;
    }
    boolean known = former != null && former.cookieNames != null;
    return (known ? former.cookieNames : CookieNames.none(cookie.keys(), pool.name()))
        .next(
            cookie.keys(),
            known ? before : allNew(before.length),
            i -> pool.servers().get(i).name());
  }

  private static ServerNames numbers(Pool pool, PreparedPool former, int[] before) {
    if (!(pool.sticky().means() instanceof Sticky.Means.Keyed)) {
      return null;
    }
    boolean known = former != null && former.numbers != null;
    return (known ? former.numbers : ServerNames.NONE)
        .next(
            known ? before : allNew(before.length),
            i -> SessionShard.number(pool.servers().get(i).name()));
  }

  private static int[] allNew(int servers) {
    int[] before = new int[servers];
    Arrays.fill(before, ServerOrder.NONE);
    return before;
  }

  /** Not by a switch over patterns: its first use would take a good part of the start. */
  private static Sessions sessions(
      ProxyLoop loop, Pool pool, CookieNames cookieNames, ServerNames numbers) {
    Sticky.Means means = pool.sticky().means();
    if (means instanceof Sticky.Means.Cookie cookie) {
      return new CookieSessions(pool, cookie, cookieNames, loop.random());
    }
    return means instanceof Sticky.Means.Keyed keyed
        ? new KeyedSessions(pool, keyed, numbers, loop.sessionTable())
        : null;
  }

  Pool pool() {
    return pool;
  }

  /** The indexes of its servers by their names. */
  ServerIndexes indexes() {
    return indexes;
  }

  Part part(int loopIndex) {
    return parts[loopIndex];
  }
}
