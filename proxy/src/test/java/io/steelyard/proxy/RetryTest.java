package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is sent again, where, and how often. */
class RetryTest extends ProxyTest {
  private static final PoolTimeouts TIMEOUTS = PoolTimeouts.DEFAULT;

  private static PoolTimeouts timeouts(Duration response, Duration total) {
    return new PoolTimeouts(
        Duration.ofSeconds(2), response, Duration.ofSeconds(5), TIMEOUTS.queue(), total);
  }

  /** Never answers, in place of the first server. */
  private ScriptedServer silent() throws Exception {
    setup.balance = Algorithm.FIRST;
    return server(c -> {
      while (c.head() != null) {}
    });
  }

  /** A server that ends its connections without an answer once it is told to. */
  private CountDownLatch crashing() throws Exception {
    CountDownLatch crash = new CountDownLatch(1);
    server(c -> {
      c.head();
      crash.await();
    });
    return crash;
  }

  /** So many clients whose requests have come to servers. */
  private List<Peer> inFlight(int n) throws Exception {
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      clients.add(client().send(GET));
    }
    eventually("all are in flight", () -> inFlight() == n);
    return clients;
  }

  /** It waited a whole response time-out for a budget that nobody would ever give back. */
  @Test
  void without_a_budget_and_without_retries_under_way_there_is_no_waiting() throws Exception {
    PoolLimits d = PoolLimits.DEFAULT;
    setup.poolLimits = new PoolLimits(d.idleConnections(), 2, 0, 0, false, 0, false, d.queue());
    setup.balance = Algorithm.FIRST;
    server(Peer::head);
    answering(OK);
    start();
    assertThat(client().send(GET).message())
        .startsWith("HTTP/1.1 502 ")
        .contains("too many retries are under way");
    assertThat(metric("steelyard_retries_denied")).isEqualTo(1);
  }

  @Test
  void a_server_that_does_not_answer_in_time_leads_a_GET_to_another() throws Exception {
    setup.poolTimeouts = timeouts(Duration.ofMillis(100), Duration.ZERO);
    silent();
    answering(OK);
    start();
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
  }

  @Test
  void a_POST_that_was_sent_is_not_sent_again() throws Exception {
    setup.poolTimeouts = timeouts(Duration.ofMillis(100), Duration.ZERO);
    silent();
    answering(OK);
    start();
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    assertThat(client().send(post).message()).startsWith("HTTP/1.1 504 ");
  }

  @Test
  void a_POST_without_body_is_sent_again_where_that_is_configured() throws Exception {
    setup.poolTimeouts = timeouts(Duration.ofMillis(100), Duration.ZERO);
    setup.poolLimits = new PoolLimits(256, 2, 0.2, 3, true, 0, false, 256);
    silent();
    answering(OK);
    start();
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    assertThat(client().send(post).same(OK)).isEqualTo(OK);
  }

  @Test
  void all_tries_together_have_a_deadline() throws Exception {
    setup.poolTimeouts = timeouts(Duration.ofMillis(200), Duration.ofMillis(300));
    silent();
    silent();
    silent();
    start();
    long began = System.nanoTime();
    assertThat(client().send(GET).message()).startsWith("HTTP/1.1 504 ");
    assertThat(System.nanoTime() - began)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(295), TimeUnit.MILLISECONDS.toNanos(590));
  }

  @Test
  void a_request_leaves_a_server_that_goes_down() throws Exception {
    silent();
    answering(OK);
    start();
    Peer client = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1);
    setup.down("s0");
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  /** Answers when it is told to. */
  private void slow(CountDownLatch go) throws Exception {
    server(c -> {
      while (c.head() != null) {
        go.await();
        c.send(OK);
      }
    });
  }

  private void stays(CountDownLatch go) throws Exception {
    Peer client = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1);
    long sent = System.nanoTime();
    eventually(
        "its server was looked at several times",
        () -> System.nanoTime() - sent > TimeUnit.MILLISECONDS.toNanos(800));
    go.countDown();
    assertThat(client.same(OK)).isEqualTo(OK);
    assertThat(metric("steelyard_retries")).isZero();
  }

  @Test
  void in_panic_a_request_stays_at_the_server_that_was_not_up_when_it_was_chosen()
      throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    slow(go);
    start();
    setup.down("s0");
    setup.poolState().panic(true);
    stays(go);
  }

  @Test
  void a_request_stays_at_the_server_whose_first_verdict_was_awaited() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    slow(go);
    start();
    setup.state("s0").standing(new Standing(Wish.SERVE, Health.awaiting(2, 3)));
    stays(go);
  }

  @Test
  void a_request_stays_at_a_server_that_drains() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    setup.balance = Algorithm.FIRST;
    server(c -> {
      while (c.head() != null) {
        go.await();
        c.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
      }
    });
    answering(OK);
    start();
    Peer client = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1);
    setup.state("s0").standing(new Standing(Wish.DRAIN, Health.unknown(2, 3)));
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
    go.countDown();
    assertThat(client.message()).endsWith("old");
  }

  @Test
  void retries_are_a_share_of_what_is_in_flight() throws Exception {
    setup.poolTimeouts = timeouts(Duration.ofMillis(400), Duration.ZERO);
    setup.poolLimits = Setup.limits(2, 0);
    setup.balance = Algorithm.FIRST;
    CountDownLatch go = new CountDownLatch(1);
    silent();
    server(c -> {
      while (c.head() != null) {
        go.await();
        c.send(OK);
      }
    });
    start();
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(client().send(GET));
    }
    // Ten fail at once: three may be tried again, the others are told.
    eventually("three are under way again", () -> inFlight() == 3);
    go.countDown();
    int good = 0;
    for (Peer client : clients) {
      good += client.message().startsWith("HTTP/1.1 200 ") ? 1 : 0;
    }
    assertThat(good).isEqualTo(3);
    eventually("the budget is whole again", () -> setup.poolState().retrying() == 0);
    assertThat(metric("steelyard_retries_denied")).isEqualTo(7);
  }

  @Test
  void when_every_server_fails_retries_do_not_take_turns_to_multiply_the_outage() throws Exception {
    setup.poolLimits = Setup.limits(2, 256);
    CountDownLatch crash = new CountDownLatch(1);
    AtomicInteger tries = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      server(c -> {
        c.head();
        tries.incrementAndGet();
        crash.await();
      });
    }
    start();
    List<Peer> clients = inFlight(60);
    crash.countDown();
    for (Peer client : clients) {
      assertThat(client.message()).startsWith("HTTP/1.1 502 ");
    }
    assertThat(tries.get()).as("tries of 60 requests; 180 would be all").isLessThan(120);
    eventually("the budget is whole again", () -> setup.poolState().retrying() == 0);
  }

  @Test
  void requests_that_a_crash_loses_take_turns_to_be_sent_again() throws Exception {
    setup.balance = Algorithm.FIRST;
    CountDownLatch crash = crashing();
    answering(OK);
    start();
    List<Peer> clients = inFlight(50);
    crash.countDown();
    for (Peer client : clients) {
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    eventually("the budget is whole again", () -> setup.poolState().retrying() == 0);
    assertThat(metric("steelyard_retries_denied")).isZero();
  }

  @Test
  void a_retry_waits_for_its_turn_as_long_as_for_an_answer() throws Exception {
    Duration room = Duration.ofMillis(50);
    setup.poolTimeouts =
        new PoolTimeouts(
            TIMEOUTS.connect(), TIMEOUTS.response(), TIMEOUTS.idle(), room, TIMEOUTS.total());
    setup.balance = Algorithm.FIRST;
    CountDownLatch crash = crashing();
    silent();
    answering(OK);
    start();
    List<Peer> clients = inFlight(10);
    crash.countDown();
    eventually("retries are stuck at a silent server", () -> setup.poolState().retrying() == 3);
    long stuckNs = System.nanoTime();
    eventually(
        "more than the queue's time", () -> System.nanoTime() - stuckNs > 4 * room.toNanos());
    setup.down("s1");
    for (Peer client : clients) {
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(metric("steelyard_retries_denied")).isZero();
  }

  @Test
  void a_retry_does_not_wait_for_its_turn_after_the_deadline_of_all_tries() throws Exception {
    setup.poolTimeouts = timeouts(Duration.ofMinutes(1), Duration.ofMillis(300));
    setup.balance = Algorithm.FIRST;
    CountDownLatch crash = crashing();
    silent();
    start();
    List<Peer> clients = inFlight(10);
    long crashNs = System.nanoTime();
    crash.countDown();
    for (Peer client : clients) {
      assertThat(client.message()).startsWith("HTTP/1.1 50");
    }
    assertThat(System.nanoTime() - crashNs).isLessThan(TimeUnit.SECONDS.toNanos(2));
  }
}
