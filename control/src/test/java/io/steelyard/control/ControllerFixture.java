package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static io.steelyard.control.Configs.tcpChecks;

import io.steelyard.config.Config;
import io.steelyard.control.Controller.Changed;
import io.steelyard.control.check.TinyServer;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A controller whose data plane and clock are the test's. */
@Timeout(30)
abstract class ControllerFixture {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final AtomicReference<Instant> now = new AtomicReference<>(START);
  final FakeDataPlane dataPlane = new FakeDataPlane();
  final FakeAdminSocket admin = new FakeAdminSocket(dataPlane.calls);
  final Events events = new Events(now::get, 100);
  final Controller controller =
      new Controller(
          new NodeInfo("1.2.3", "lb1"),
          dataPlane,
          admin,
          events,
          now::get,
          new SplittableRandom(1));

  @AfterEach
  void stopTheChecks() {
    controller.close();
  }

  Changed wish(String server, Wish wish) {
    return controller.change(new ServerId("app", server), ServerChange.wish(wish));
  }

  ServerState state(String name) {
    return dataPlane.published.pools().getFirst().servers().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  static Config web(int port) {
    return config(List.of(listener("web", port, "app")), pool("app", server("a", 9001)));
  }

  static Config checked(int rise, int fall, int port) {
    return config(
        List.of(listener("web", 80, "app")), pool("app", tcpChecks(rise, fall), server("a", port)));
  }

  static int closedPort() throws Exception {
    try (TinyServer server = TinyServer.tcp("")) {
      return server.port();
    }
  }
}
