package io.steelyard.control;

import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The session table as it stands at a moment.
 *
 * @param size sessions, those that are over and not swept away yet included
 * @param capacity for how many there is room; 0 when no pool remembers any
 * @param evicted sessions that have had to make room
 * @param expired sessions that have idled too long
 * @param servers sessions of each server that is asked for, in the configuration's order
 * @param elsewhere those of the pools that are asked for whose server is in no configuration
 * @param listed some of them
 */
public record Sessions(
    int size,
    int capacity,
    long evicted,
    long expired,
    Map<ServerId, Integer> servers,
    int elsewhere,
    List<Session> listed) {

  /**
   * One session.
   *
   * @param key a keyed hash of what tells it, in hexadecimal
   * @param server empty when it is in no configuration any more
   */
  public record Session(
      String key, String pool, Optional<String> server, Duration idle, Duration ttl) {}

  /**
   * Which sessions are meant.
   *
   * @param pool empty: of all pools
   * @param server of that pool; empty: of all servers
   */
  public record Selection(Optional<String> pool, Optional<String> server) {
    SessionShard.Choice choice() {
      boolean anyPool = pool.isEmpty();
      boolean anyServer = server.isEmpty();
      int poolNumber = (int) SessionShard.number(pool.orElse(""));
      long serverNumber = SessionShard.number(server.orElse(""));
      return (ofPool, ofServer) ->
          (anyPool || ofPool == poolNumber) && (anyServer || ofServer == serverNumber);
    }
  }

  /** A server as the table knows it. */
  private record Name(int pool, long server) {}

  /** Reads the parts of the table; blocks nobody. */
  static Sessions of(
      List<SessionShard> shards, Snapshot snapshot, Selection selection, int listMax, long nowS) {
    Reader reader = new Reader(snapshot, selection, listMax, nowS);
    shards.forEach(shard -> shard.visit(reader));
    return new Sessions(
        shards.stream().mapToInt(SessionShard::size).sum(),
        shards.stream().mapToInt(SessionShard::capacity).sum(),
        shards.stream().mapToLong(SessionShard::evicted).sum(),
        shards.stream().mapToLong(SessionShard::expired).sum(),
        reader.servers(),
        reader.elsewhere,
        List.copyOf(reader.listed));
  }

  /** Counts and lists the sessions that are chosen. */
  private static final class Reader implements SessionShard.Visitor {
    private final SessionShard.Choice chosen;
    private final int listMax;
    private final long nowS;
    private final Map<Integer, String> pools = new HashMap<>();
    private final Map<Name, ServerId> names = new LinkedHashMap<>();
    private final Map<Name, Integer> counts = new HashMap<>();
    private final List<Session> listed = new ArrayList<>();
    private int elsewhere;

    Reader(Snapshot snapshot, Selection selection, int listMax, long nowS) {
      this.chosen = selection.choice();
      this.listMax = listMax;
      this.nowS = nowS;
      for (Pool pool : snapshot.pools()) {
        if (pool.sticky().means() instanceof Sticky.Means.Keyed) {
          add(pool);
        }
      }
    }

    private void add(Pool pool) {
      int number = (int) SessionShard.number(pool.name());
      pools.put(number, pool.name());
      for (Server server : pool.servers()) {
        Name name = new Name(number, SessionShard.number(server.name()));
        if (chosen.includes(name.pool(), name.server())) {
          names.put(name, server.state().id());
        }
      }
    }

    @Override
    public void visit(SessionEntry entry) {
      long idleS = Math.max(0, nowS - entry.seenS);
      if (entry.server == SessionEntry.GONE
          || !chosen.includes(entry.pool, entry.server)
          || idleS > entry.ttlS) {
        return;
      }
      Name name = new Name(entry.pool, entry.server);
      Optional<ServerId> id = Optional.ofNullable(names.get(name));
      if (id.isPresent()) {
        counts.merge(name, 1, Integer::sum);
      } else {
        elsewhere++;
      }
      if (listed.size() < listMax) {
        listed.add(
            new Session(
                "%016x%016x".formatted(entry.high, entry.low),
                pools.getOrDefault(entry.pool, ""),
                id.map(ServerId::server),
                Duration.ofSeconds(idleS),
                Duration.ofSeconds(entry.ttlS)));
      }
    }

    private Map<ServerId, Integer> servers() {
      Map<ServerId, Integer> servers = new LinkedHashMap<>();
      names.forEach((name, id) -> servers.put(id, counts.getOrDefault(name, 0)));
      return servers;
    }
  }
}
