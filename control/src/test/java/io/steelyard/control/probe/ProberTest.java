package io.steelyard.control.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.check.CheckResult;
import io.steelyard.control.check.Question;
import io.steelyard.control.check.TinyServer;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProberTest {
  private static final Duration NEVER_AGAIN = Duration.ofHours(1);
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final String GOOD = "HTTP/1.1 200 OK\r\n\r\n";

  private record Found(ServerId server, CheckResult result) {}

  private final BlockingQueue<Found> found = new LinkedBlockingQueue<>();
  private final Results toQueue = (server, result) -> found.add(new Found(server.id(), result));

  @Test
  void the_first_round_runs_at_once_and_in_parallel() throws Exception {
    CountDownLatch all = new CountDownLatch(50);
    Results meeting =
        (_, _) -> {
          all.countDown();
          await(all);
        };
    try (TinyServer server = TinyServer.tcp(GOOD);
        Prober prober = prober(meeting)) {
      prober.watch(
          IntStream.range(0, 50).mapToObj(i -> target("s" + i, server, NEVER_AGAIN)).toList());
      assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void checks_are_repeated_and_see_what_changes() throws Exception {
    try (TinyServer server = TinyServer.tcp(GOOD);
        Prober prober = prober(toQueue)) {
      prober.watch(List.of(target("a", server, OFTEN)));
      assertThat(next().result().passed()).isTrue();
      server.answer("HTTP/1.1 500 no\r\n\r\n");
      Found last = next();
      while (last.result().passed()) {
        last = next();
      }
      assertThat(last.result().text()).isEqualTo("answered 500");
      assertThat(prober.last(last.server())).isPresent();
    }
  }

  @Test
  void a_reload_with_the_same_target_keeps_the_probe_and_starts_no_second_one() throws Exception {
    try (TinyServer server = TinyServer.tcp(GOOD);
        Prober prober = prober(toQueue)) {
      Target target = target("a", server, NEVER_AGAIN);
      prober.watch(List.of(target));
      next();
      prober.watch(List.of(target, target("b", server, NEVER_AGAIN)));
      prober.watch(List.of(target, target("c", server, NEVER_AGAIN)));
      // A second probe of "a" would have checked at once, before or beside b and c.
      List<String> later = new ArrayList<>();
      while (!later.contains("c")) {
        later.add(next().server().server());
      }
      assertThat(later).doesNotContain("a");
      assertThat(prober.last(target.state().id())).isPresent();
    }
  }

  @Test
  void a_changed_check_replaces_the_probe() throws Exception {
    try (TinyServer server = TinyServer.tcp(GOOD);
        Prober prober = prober(toQueue)) {
      Target before = target("a", server, NEVER_AGAIN);
      prober.watch(List.of(before));
      assertThat(next().result().text()).isEqualTo("answered 200");
      prober.watch(
          List.of(
              new Target(
                  before.state(),
                  new Question(
                      new Check.Tcp(),
                      before.question().address(),
                      "",
                      Duration.ofSeconds(10),
                      ProxyProtocol.NONE),
                  before.interval(),
                  before.fastInterval())));
      assertThat(next().result().text()).isEqualTo("connected");
      assertThat(found).isEmpty();
    }
  }

  @Test
  void nothing_comes_from_a_probe_that_was_stopped_even_in_the_middle_of_a_check()
      throws Exception {
    try (TinyServer silent = TinyServer.tcp(null);
        Prober prober = prober(toQueue)) {
      Target target = target("a", silent, OFTEN);
      prober.watch(List.of(target));
      silent.nextRequest();
      prober.retain(List.of());
      assertThat(found).isEmpty();
      assertThat(prober.last(target.state().id())).isEmpty();
    }
  }

  private Found next() throws InterruptedException {
    return found.poll(10, TimeUnit.SECONDS);
  }

  private static Prober prober(Results results) {
    return new Prober(results, InstantSource.system(), new SplittableRandom(1));
  }

  private static Target target(String name, TinyServer server, Duration interval) {
    ServerState state =
        new ServerState(
            new ServerId("app", name),
            new PoolState("app", 1),
            new Standing(Wish.SERVE, Health.unknown(2, 3)));
    return new Target(
        state,
        new Question(
            Check.Http.get("/"),
            address(server),
            "localhost",
            Duration.ofSeconds(10),
            ProxyProtocol.NONE),
        interval,
        interval);
  }

  private static SocketAddress address(TinyServer server) {
    try {
      return server.address();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
