package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Full load while the configuration changes every second and servers crash and come back.
 *
 * <p>What crashes serves answers that leave it in one write: an answer that has been passed on in
 * part cannot be asked for again. 1 MiB bodies and uploads go to servers that stay.
 */
final class SoakLauncherTest {
  private static final int SOAK_S = Scale.of(15, 300);
  private static final int WARM_UP_S = Scale.of(5, 45);
  private static final long GROWTH_MAX_KIB = Scale.of(96, 48) * 1024L;
  private static final int WRK_CONNECTIONS = 64;
  private static final int CRASHING = 4;

  /** Of the servers that crash, so many are always up. */
  private static final int UP_MIN = 2;

  private static final byte[] SMALL = Nginx.SMALL.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TEN_KIB = new byte[10 * 1024];
  private static final byte[] MIB = new byte[1024 * 1024];

  static {
    new SplittableRandom(2).nextBytes(TEN_KIB);
    new SplittableRandom(3).nextBytes(MIB);
  }

  private final SplittableRandom random = new SplittableRandom(4);
  private final List<Nginx> crashing = new ArrayList<>();
  private final List<Nginx> staying = new ArrayList<>();
  private ShortLived files;
  private int extraPort;
  private int reloads;
  private int crashes;

  @BeforeEach
  void start() throws IOException {
    files = new ShortLived();
    extraPort = FreePorts.any();
    for (int i = 0; i < CRASHING; i++) {
      crashing.add(server("crashing" + i));
    }
    for (int i = 0; i < 2; i++) {
      staying.add(server("staying" + i));
    }
  }

  private Nginx server(String name) throws IOException {
    Nginx server = Nginx.in(files.path().resolve(name));
    Files.write(server.www().resolve("10k"), TEN_KIB);
    Files.createDirectories(server.www().resolve("files"));
    Files.write(server.www().resolve("files/1m"), MIB);
    return server;
  }

  @AfterEach
  void stop() throws IOException {
    crashing.forEach(Nginx::close);
    staying.forEach(Nginx::close);
    files.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void nothing_fails_leaks_or_grows_while_servers_crash_and_configurations_change(String transport)
      throws Exception {
    try (Balancer balancer = Balancer.run(files.path(), transport, port -> yaml(port, 0))) {
      Phase warmUp = phase(balancer, WARM_UP_S);
      balancer.awaitQuiet(Long.MAX_VALUE);
      long descriptors = balancer.descriptors();
      long residentKib = balancer.residentKib();
      report(transport + " warm-up", warmUp, balancer);

      Phase soak = phase(balancer, SOAK_S);
      restoreAll();
      balancer.configure(port -> yaml(port, 0));
      balancer.awaitQuiet(descriptors + 2);
      report(transport + " soak", soak, balancer);
      System.out.printf(
          "e2e soak: %s, after warm-up RSS %d KiB, descriptors %d; at the end %d KiB, %d%n",
          transport, residentKib, descriptors, balancer.residentKib(), balancer.descriptors());

      for (Phase phase : List.of(warmUp, soak)) {
        assertThat(phase.told()).isEmpty();
        assertThat(phase.failures()).isZero();
        assertThat(phase.wrk().failed()).as(phase.wrk().output()).isFalse();
        assertThat(phase.requests()).isPositive();
      }
      assertThat(reloads).isGreaterThan(SOAK_S / 2);
      assertThat(crashes).isGreaterThan(SOAK_S / 10);
      assertThat(balancer.metric("steelyard_loop_failures_total")).isZero();
      assertThat(balancer.residentKib()).isLessThan(residentKib + GROWTH_MAX_KIB);
    }
  }

  /** What a time of load has come to. */
  private record Phase(long requests, long failures, List<String> told, Wrk.Result wrk) {}

  private Phase phase(Balancer balancer, int seconds) throws Exception {
    int port = balancer.port();
    try (Wrk wrk = Wrk.start(WRK_CONNECTIONS, seconds, "http://127.0.0.1:" + port + "/small");
        Load load = new Load(port)) {
      load.get(6, "/small", SMALL).get(6, "/10k", TEN_KIB).get(4, "/files/1m", MIB);
      load.put(4, "/up/soak-", MIB);
      disturb(balancer, wrk);
      load.stop();
      return new Phase(load.requests(), load.failures(), load.told(), wrk.result());
    }
  }

  /** Every second another configuration, and a server crashes or comes back. */
  private void disturb(Balancer balancer, Wrk wrk) throws Exception {
    long nextNs = System.nanoTime();
    while (wrk.running()) {
      if (System.nanoTime() - nextNs >= 0) {
        nextNs += TimeUnit.SECONDS.toNanos(1);
        int version = ++reloads;
        balancer.configure(port -> yaml(port, version));
        if (version % 2 == 0) {
          balancer.process().signal("HUP");
        }
        crashOrRestore();
        if (version % 10 == 0) {
          System.out.printf(
              "e2e soak: %d reloads, %d crashes, RSS %d KiB%n",
              reloads, crashes, balancer.residentKib());
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private void crashOrRestore() throws IOException {
    Nginx server = crashing.get(random.nextInt(CRASHING));
    if (!server.running()) {
      server.start();
    } else if (crashing.stream().filter(Nginx::running).count() > UP_MIN) {
      server.kill();
      crashes++;
    }
  }

  private void restoreAll() throws IOException {
    for (Nginx server : crashing) {
      if (!server.running()) {
        server.start();
      }
    }
  }

  private void report(String what, Phase phase, Balancer balancer) throws IOException {
    System.out.printf(
        "e2e soak: %s, %d requests of wrk%s, %d others, %d failures %s; %d reloads, %d crashes,"
            + " %.0f retries; RSS %d KiB%n%s%n",
        what,
        phase.wrk().requests(),
        phase.wrk().failed() ? " WITH FAILURES" : "",
        phase.requests(),
        phase.failures(),
        phase.told(),
        reloads,
        crashes,
        balancer.metric("steelyard_retries_total"),
        balancer.residentKib(),
        phase.wrk().output());
  }

  /** Versions differ in algorithm, weights, one server more or less, and one listener more. */
  private String yaml(int port, int version) {
    StringBuilder servers = new StringBuilder();
    for (int i = 0; i < CRASHING; i++) {
      servers.append(
          "      - {address: \"%s\", weight: %d}\n"
              .formatted(crashing.get(i).address(), 1 + (version + i) % 3));
    }
    if (version % 3 == 1) {
      servers.append("      - \"%s\"\n".formatted(staying.getFirst().address()));
    }
    String extra =
        version % 4 == 3
            ? "  extra: {address: \"127.0.0.1:%d\", routes: [{pool: app}]}%n".formatted(extraPort)
            : "";
    return """
    listeners:
      web:
        address: "127.0.0.1:%d"
        access-log: none
        routes:
          - {path: /files/, pool: files}
          - {path: /up/, pool: files}
          - {pool: app}
    %spools:
      files:
        timeouts: {idle: 1s}
        servers: ["%s", "%s"]
      app:
        balance: %s
        health: {tcp: true, interval: 200ms, rise: 1, fall: 2}
        timeouts: {idle: 1s}
        servers:
    %s\
    """
        .formatted(
            port,
            extra,
            staying.get(0).address(),
            staying.get(1).address(),
            version % 2 == 0 ? "round-robin" : "least-connections",
            servers);
  }
}
