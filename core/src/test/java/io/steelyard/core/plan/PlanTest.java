package io.steelyard.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.Route;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.core.snapshot.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final Listener web = listener("web", 8080, Protocol.HTTP, 0);
  private final Listener db = listener("db", 5432, Protocol.TCP, 0);

  @Test
  void everything_is_bound_at_first() {
    Plan plan = Plan.between(Snapshot.EMPTY, snapshot(web, db));
    assertThat(plan.bind()).containsExactly(web, db);
    assertThat(plan.drain()).isEmpty();
  }

  @Test
  void a_listener_whose_routes_changed_keeps_its_socket() {
    Snapshot next = snapshot(listener("web", 8080, Protocol.HTTP, 7), db);
    Plan plan = Plan.between(snapshot(web, db), next);
    assertThat(plan.bind()).isEmpty();
    assertThat(plan.drain()).isEmpty();
    assertThat(plan.publish()).isSameAs(next);
  }

  @Test
  void a_listener_that_moved_is_bound_anew_and_its_old_socket_drained() {
    Listener moved = listener("web", 8081, Protocol.HTTP, 0);
    Plan plan = Plan.between(snapshot(web, db), snapshot(moved, db));
    assertThat(plan.bind()).containsExactly(moved);
    assertThat(plan.drain()).containsExactly(web);
  }

  @Test
  void a_listener_that_speaks_another_protocol_is_bound_anew() {
    Listener changed = listener("web", 8080, Protocol.TCP, 0);
    Plan plan = Plan.between(snapshot(web), snapshot(changed));
    assertThat(plan.bind()).containsExactly(changed);
    assertThat(plan.drain()).containsExactly(web);
  }

  @Test
  void a_listener_that_is_gone_is_drained() {
    Plan plan = Plan.between(snapshot(web, db), snapshot(db));
    assertThat(plan.bind()).isEmpty();
    assertThat(plan.drain()).containsExactly(web);
  }

  private static Snapshot snapshot(Listener... listeners) {
    return new Snapshot(1, List.of(listeners), List.of());
  }

  private static Listener listener(String name, int port, Protocol protocol, int pool) {
    return new Listener(
        name,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        protocol,
        AccessLog.NONE,
        TrustedProxies.NONE,
        TrustedProxies.NONE,
        Optional.empty(),
        new RouteTable(List.of(new Route("", "", pool))),
        ListenerTimeouts.DEFAULT,
        ListenerLimits.DEFAULT,
        ListenerPolicy.NONE);
  }
}
