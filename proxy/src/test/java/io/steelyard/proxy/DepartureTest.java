package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Clients of addresses that move to another host. */
final class DepartureTest extends ProxyTest {
  private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String CLOSING =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

  private final CountDownLatch go = new CountDownLatch(1);

  /** One request in flight, whose answer waits. */
  private Peer slow() throws Exception {
    server(c -> {
      for (String head = c.headUnlessReset(); head != null; head = c.headUnlessReset()) {
        if (head.startsWith("GET /slow")) {
          assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
        }
        try {
          c.send(OK);
        } catch (SocketException e) {
          // Its client was cut off.
          return;
        }
      }
    });
    start();
    Peer client = client().send(SLOW);
    eventually("it is in flight", () -> inFlight() == 1);
    return client;
  }

  private FutureTask<Integer> departing(Predicate<InetAddress> moving) {
    return Bulk.aside(() -> proxy.depart(moving));
  }

  /** Connections that answer and end are a sign that it has begun. */
  private void awaitBegin() {
    eventually(
        "it has begun",
        () -> {
          try (Peer asking = client()) {
            return asking.send(GET).message().contains("Connection: close");
          }
        });
  }

  @Test
  void who_comes_is_served_while_what_is_in_flight_is_finished() throws Exception {
    Peer slow = slow();
    FutureTask<Integer> departing =
        Bulk.aside(() -> new Departure(proxy, Duration.ofSeconds(30)).leave(_ -> true));
    awaitBegin();
    assertThat(client().send(GET).same(CLOSING)).isEqualTo(CLOSING);
    assertThat(departing.isDone()).isFalse();
    go.countDown();
    assertThat(slow.same(CLOSING)).isEqualTo(CLOSING);
    assertThat(departing.get(10, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void what_is_not_finished_in_time_is_reset_so_that_its_client_does_not_wait_for_ever()
      throws Exception {
    Peer slow = slow();
    assertThat(departing(_ -> true).get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThatThrownBy(slow::head).isInstanceOf(IOException.class).hasMessageContaining("reset");
    go.countDown();
  }

  @Test
  void what_is_in_flight_at_an_address_that_stays_goes_on() throws Exception {
    Peer slow = slow();
    assertThat(departing(_ -> false).get(10, TimeUnit.SECONDS)).isZero();
    go.countDown();
    assertThat(slow.same(CLOSING)).isEqualTo(CLOSING);
  }
}
