package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Upgraded connections, all open at once. Each takes two descriptors here (client and echo) and two
 * in the balancer; the JVM raises its limit to the hard one, which has to allow 10,000 and some.
 */
final class TunnelLauncherTest {
  private static final int TUNNELS = Scale.of(500, 5000);
  private static final int TIMEOUT_S = Scale.of(60, 240);
  private static final int[] MESSAGE_BYTES = {1, 125, 4096, 65, 30_000};

  /** Connections that are being opened at a time: the others would only overrun the backlog. */
  private static final int OPENING_MAX = 200;

  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void many_tunnels_echo_while_all_are_open(String transport) throws Exception {
    long startNs = System.nanoTime();
    try (EchoServer echo = new EchoServer();
        Balancer balancer = Balancer.run(dir, transport, port -> yaml(port, echo))) {
      long descriptors = balancer.descriptors();
      long residentKib = balancer.residentKib();
      Semaphore opening = new Semaphore(OPENING_MAX);
      CountDownLatch open = new CountDownLatch(TUNNELS);
      CountDownLatch echoed = new CountDownLatch(TUNNELS);
      CountDownLatch done = new CountDownLatch(1);
      Clients.run(
          TUNNELS + 1,
          TIMEOUT_S,
          client -> {
            if (client == TUNNELS) {
              assertThat(echoed.await(TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
              assertThat(echo.open()).isEqualTo(TUNNELS);
              System.out.printf(
                  "e2e tunnels: %s, %d open, RSS %d -> %d KiB, descriptors %d -> %d%n",
                  transport,
                  TUNNELS,
                  residentKib,
                  balancer.residentKib(),
                  descriptors,
                  balancer.descriptors());
              done.countDown();
              return;
            }
            opening.acquire();
            try (HttpClient tunnel = new HttpClient(balancer.port())) {
              assertThat(tunnel.upgrade("/echo").status()).isEqualTo(101);
              opening.release();
              open.countDown();
              assertThat(open.await(TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
              SplittableRandom random = new SplittableRandom(client);
              for (int bytes : MESSAGE_BYTES) {
                byte[] message = new byte[bytes];
                random.nextBytes(message);
                assertThat(tunnel.echo(message)).isEqualTo(message);
              }
              echoed.countDown();
              assertThat(done.await(TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
            }
          });
      Launched.await(() -> echo.open() == 0);
      balancer.awaitQuiet(descriptors + 8);
      System.out.printf(
          "e2e tunnels: %s, all echoed and closed in %.1f s; RSS %d KiB, descriptors %d%n",
          transport,
          (System.nanoTime() - startNs) / 1e9,
          balancer.residentKib(),
          balancer.descriptors());
    }
  }

  private static String yaml(int port, EchoServer echo) {
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: echo}]}}
    pools: {echo: {timeouts: {idle: 1s}, servers: ["%s"]}}
    """
        .formatted(port, echo.address());
  }
}
