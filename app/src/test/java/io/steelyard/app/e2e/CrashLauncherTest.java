package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers crash and nobody tells the balancer: there are no checks. */
final class CrashLauncherTest {
  private static final int SERVERS = 4;
  private static final int ROUNDS = Scale.of(8, 40);
  private static final int REQUESTS_BETWEEN = 400;
  private static final byte[] SMALL = Nginx.SMALL.getBytes(StandardCharsets.US_ASCII);

  private final List<Nginx> servers = new ArrayList<>();
  private ShortLived files;

  @BeforeEach
  void start() throws IOException {
    files = new ShortLived();
    for (int i = 0; i < SERVERS; i++) {
      servers.add(Nginx.in(files.path().resolve("server" + i)));
    }
  }

  @AfterEach
  void stop() throws IOException {
    servers.forEach(Nginx::close);
    files.close();
  }

  /** Each request may be tried on two further servers, however its first connection ended. */
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void two_crashes_at_once_fail_no_get(String transport) throws Exception {
    try (Balancer balancer = Balancer.run(files.path(), transport, this::yaml);
        Load load = new Load(balancer.port())) {
      load.get(48, "/small", SMALL);
      for (int round = 0; round < ROUNDS; round++) {
        awaitMore(load);
        Nginx one = servers.get(round % SERVERS);
        Nginx other = servers.get((round + 1 + round / SERVERS % 3) % SERVERS);
        one.crash();
        other.crash();
        awaitMore(load);
        one.start();
        other.start();
      }
      load.stop();
      assertThat(load.told()).isEmpty();
      assertThat(load.failures()).isZero();
      assertThat(balancer.metric("steelyard_retries_total")).isPositive();
    }
  }

  private static void awaitMore(Load load) {
    long enough = load.requests() + REQUESTS_BETWEEN;
    Launched.await(() -> load.requests() >= enough || load.failures() > 0);
  }

  private String yaml(int port) {
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: app}]}}
    pools: {app: {servers: ["%s", "%s", "%s", "%s"]}}
    """
        .formatted(
            port,
            servers.get(0).address(),
            servers.get(1).address(),
            servers.get(2).address(),
            servers.get(3).address());
  }
}
