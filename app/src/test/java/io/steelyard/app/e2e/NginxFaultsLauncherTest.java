package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers are killed, frozen and slowed under full load, and come back. The same four serve a pool
 * that favours idle ones and one that does not, each with a load of its own.
 */
final class NginxFaultsLauncherTest {
  private static final int SERVERS = 4;
  private static final int WORKERS = 2;
  private static final int ROUNDS = Scale.of(1, 30);
  private static final int CONNECTIONS = 32;
  private static final int CLIENTS = 8;

  /** Longer than all of it: wrk is ended, it does not run out. */
  private static final int LOAD_S = 3600;

  private static final long FALL = 3;
  private static final long INTERVAL_MS = 500;
  private static final long TIMEOUT_MS = 500;

  /** A server that answers nothing any more is out after this. */
  private static final long OUT_MS = FALL * INTERVAL_MS + TIMEOUT_MS;

  /** On top of it: the neighbours of a machine that is full may keep it from its checks. */
  private static final long TOLERANCE_MS = 250;

  private static final int SOME_REQUESTS = 20;
  private static final int MANY_REQUESTS = 3000;
  private static final byte[] SMALL = Nginx.SMALL.getBytes(StandardCharsets.US_ASCII);

  /** A server with the name that it has in both pools. */
  private record Server(String name, Nginx nginx) {
    String label() {
      return "server=\"" + name + "\"";
    }
  }

  private final List<Server> servers = new ArrayList<>();
  private final List<Long> outMs = new ArrayList<>();
  private ShortLived files;
  private Balancer balancer;

  @BeforeEach
  void start() throws IOException {
    files = new ShortLived();
    for (int i = 0; i < SERVERS; i++) {
      String name = "n" + i;
      servers.add(new Server(name, Nginx.withWorkers(WORKERS, files.path().resolve(name))));
    }
  }

  @AfterEach
  void stop() throws IOException {
    servers.forEach(s -> s.nginx().close());
    files.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void no_request_fails_while_servers_are_killed_frozen_slowed_and_restored(String transport)
      throws Exception {
    long startNs = System.nanoTime();
    try (Balancer running = Balancer.run(files.path(), transport, this::yaml);
        Wrk even = Wrk.start(CONNECTIONS, LOAD_S, url(running, "even"));
        Wrk idle = Wrk.start(CONNECTIONS, LOAD_S, url(running, "idle"));
        Load load = new Load(running.port())) {
      balancer = running;
      load.get(CLIENTS, "/small/even", SMALL).get(CLIENTS, "/small/idle", SMALL);
      servers.forEach(this::awaitTraffic);
      for (int round = 0; round < ROUNDS; round++) {
        killAndRestart(servers.get(round % SERVERS));
        freezeAndThaw(servers.get((round + 1) % SERVERS));
        slowAndHasten(servers.get((round + 2) % SERVERS));
        leaveOnlyOne(round + 3);
      }
      load.stop();
      assertThat(load.told()).as(balancer.process().output()).isEmpty();
      assertThat(load.failures()).isZero();
      for (Wrk wrk : List.of(even, idle)) {
        assertThat(wrk.running()).isTrue();
        Wrk.Result result = wrk.stop();
        System.out.printf("e2e faults: %s%n%s", transport, result.output());
        assertThat(result.failed()).as(result.output()).isFalse();
        assertThat(result.requests()).isPositive();
      }
      System.out.printf(
          "e2e faults: %s, %.1f s, %.0f retries; frozen servers were out after %s ms of %d + %d%n",
          transport,
          (System.nanoTime() - startNs) / 1e9,
          balancer.metric("steelyard_retries_total"),
          outMs,
          OUT_MS,
          TOLERANCE_MS);
    }
  }

  private void killAndRestart(Server server) throws IOException {
    server.nginx().kill();
    awaitOut(List.of(server));
    awaitOthers(List.of(server));
    server.nginx().start();
    awaitBack(server);
  }

  private void freezeAndThaw(Server server) throws IOException, InterruptedException {
    server.nginx().freeze();
    Instant frozen = Instant.now();
    awaitOut(List.of(server));
    assertOutInTime(server, frozen);
    awaitOthers(List.of(server));
    server.nginx().thaw();
    awaitBack(server);
  }

  /** It is not out: it answers, however slowly. Who favours idle servers favours the others. */
  private void slowAndHasten(Server server) throws IOException, InterruptedException {
    server.nginx().slow();
    double slowBefore = served("idle", server.label());
    double allBefore = served("idle");
    awaitTraffic(server);
    Launched.await(() -> served("idle") >= allBefore + MANY_REQUESTS);
    double slow = served("idle", server.label()) - slowBefore;
    double all = served("idle") - allBefore;
    assertThat(slow).isLessThan(all / SERVERS / 2);
    assertThat(up(server)).isEqualTo(2);
    server.nginx().fast();
    awaitBack(server);
  }

  /** One is killed and two are frozen at the same time. */
  private void leaveOnlyOne(int first) throws IOException, InterruptedException {
    List<Server> bad = new ArrayList<>();
    for (int i = 0; i < SERVERS - 1; i++) {
      bad.add(servers.get((first + i) % SERVERS));
    }
    bad.get(0).nginx().kill();
    bad.get(1).nginx().freeze();
    Instant firstFrozen = Instant.now();
    bad.get(2).nginx().freeze();
    Instant secondFrozen = Instant.now();
    awaitOut(bad);
    assertOutInTime(bad.get(1), firstFrozen);
    assertOutInTime(bad.get(2), secondFrozen);
    awaitOthers(bad);
    bad.get(0).nginx().start();
    bad.get(1).nginx().thaw();
    bad.get(2).nginx().thaw();
    bad.forEach(this::awaitBack);
  }

  /** By the balancer's own record: it was polled only every now and then. */
  private void assertOutInTime(Server server, Instant frozen) {
    List<Instant> downs = balancer.downs(server.name(), frozen);
    assertThat(downs).as(server.name()).hasSize(2);
    for (Instant down : downs) {
      long tookMs = Duration.between(frozen, down).toMillis();
      outMs.add(tookMs);
      assertThat(tookMs).isLessThan(OUT_MS + TOLERANCE_MS);
    }
  }

  /** Out of both pools. */
  private void awaitOut(List<Server> bad) {
    Launched.await(() -> bad.stream().mapToDouble(this::up).sum() == 0);
  }

  /** What was asked of those that are out goes on elsewhere, and what comes goes to others. */
  private void awaitOthers(List<Server> bad) {
    for (Server server : bad) {
      Launched.await(() -> balancer.metric("steelyard_server_inflight", server.label()) == 0);
    }
    for (Server server : servers) {
      if (!bad.contains(server)) {
        awaitTraffic(server);
      }
    }
  }

  private void awaitBack(Server server) {
    Launched.await(() -> up(server) == 2);
    awaitTraffic(server);
  }

  /** In both pools. */
  private void awaitTraffic(Server server) {
    for (String pool : List.of("even", "idle")) {
      double enough = served(pool, server.label()) + SOME_REQUESTS;
      Launched.await(() -> served(pool, server.label()) >= enough);
    }
  }

  private double served(String pool) {
    return served(pool, "");
  }

  private double served(String pool, String server) {
    return balancer.metric("steelyard_requests_total", "pool=\"" + pool + "\"", server);
  }

  /** In how many of the two pools it is up. */
  private double up(Server server) {
    return balancer.metric("steelyard_server_up", server.label());
  }

  private static String url(Balancer running, String pool) {
    return "http://127.0.0.1:" + running.port() + "/small/" + pool;
  }

  /** A request may be tried at every server. */
  private String yaml(int port) {
    StringBuilder list = new StringBuilder();
    for (Server server : servers) {
      list.append(
          "      - {name: %s, address: \"%s\"}\n"
              .formatted(server.name(), server.nginx().address()));
    }
    // The same server fails again and again: it would be held down, rightly, for ever longer.
    return """
    listeners:
      web:
        address: "127.0.0.1:%1$d"
        access-log: none
        routes: [{path: /small/even, pool: even}, {path: /small/idle, pool: idle}]
    pools:
      even:
        health: {http: /healthz, interval: %2$dms, timeout: %3$dms, fall: %4$d, hold-down: {flips: 0}}
        limits: {retries: 3}
        servers:
    %5$s
      idle:
        balance: least-connections
        slow-start: 0s
        health: {http: /healthz, interval: %2$dms, timeout: %3$dms, fall: %4$d, hold-down: {flips: 0}}
        limits: {retries: 3}
        servers:
    %5$s
    """
        .formatted(port, INTERVAL_MS, TIMEOUT_MS, FALL, list);
  }
}
