package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Server;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WatchedServersTest {
  private static final PoolState POOL = new PoolState("p", 1);
  private static final int SEEDS = 300;
  private static final int CHANGES = 15;

  private static Server server(String name, int port) {
    Standing standing = new Standing(Wish.SERVE, Health.unknown(1, 1));
    return at(port, new ServerState(new ServerId("p", name), POOL, standing));
  }

  private static Server at(int port, ServerState state) {
    InetSocketAddress address = InetSocketAddress.createUnresolved("h", port);
    return new Server(state.id().server(), address, 1, 0, false, "", state);
  }

  /** A dumb second implementation: a map from states, made anew each time. */
  @Test
  void who_stays_is_known_and_who_goes_is_forgotten_after_any_row_of_changes() {
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      WatchedServers servers = new WatchedServers();
      Map<ServerState, Watched> known = new HashMap<>();
      Map<ServerState, Server> gone = new HashMap<>();
      List<Server> now = new ArrayList<>();
      for (int change = 0; change < CHANGES; change++) {
        now = changed(now, random, change);
        Map<ServerState, Watched> next = new HashMap<>();
        servers.follow(now, following(next));
        String when = "seed " + seed + " change " + change;
        for (Server server : now) {
          Watched before = known.get(server.state());
          boolean stays = before != null && before.server().address().equals(server.address());
          assertThat(next.get(server.state())).as(when).isNotNull();
          assertThat(next.get(server.state()) == before).as(when).isEqualTo(stays);
          assertThat(servers.of(server.state())).as(when).isSameAs(next.get(server.state()));
        }
        assertThat(servers.all().stream().map(Watched::state))
            .as(when)
            .containsExactlyElementsOf(now.stream().map(Server::state).toList());
        known.keySet().forEach(state -> gone.put(state, null));
        gone.keySet().removeAll(next.keySet());
        assertThat(gone.keySet().stream().map(servers::of)).as(when).allMatch(w -> w == null);
        known = next;
      }
    }
  }

  private static WatchedServers.Following following(Map<ServerState, Watched> seen) {
    return new WatchedServers.Following() {
      @Override
      public void stays(Watched known, Server next) {
        seen.put(next.state(), known);
      }

      @Override
      public Watched begins(Server next) {
        Watched begun = new Watched(next, PassiveHealth.NONE);
        seen.put(next.state(), begun);
        return begun;
      }
    };
  }

  private static List<Server> changed(List<Server> now, SplittableRandom random, int change) {
    List<Server> next = new ArrayList<>(now);
    for (int n = random.nextInt(6); n > 0; n--) {
      int at = random.nextInt(next.size() + 1);
      switch (random.nextInt(4)) {
        case 0, 1 -> next.add(at, server("s" + change + "-" + n, n));
        case 2 -> removeFrom(next, at);
        default -> {
          if (at < next.size()) {
            Server moved = next.remove(at);
            int port = random.nextBoolean() ? 999 : 1;
            next.add(random.nextInt(next.size() + 1), at(port, moved.state()));
          }
        }
      }
    }
    return next;
  }

  private static void removeFrom(List<Server> servers, int at) {
    if (at < servers.size()) {
      servers.remove(at);
    }
  }
}
