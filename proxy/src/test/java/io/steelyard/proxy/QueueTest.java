package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Requests that find no room wait for some: in order, for a while, and only so many. */
class QueueTest extends ProxyTest {
  private final Semaphore answers = new Semaphore(0);
  private final List<String> asked = java.util.Collections.synchronizedList(new ArrayList<>());

  private void oneAtATime(int queue, Duration wait) throws Exception {
    ScriptedServer server =
        keep(
            ScriptedServer.start(c -> {
              for (String head = c.head(); head != null; head = c.head()) {
                asked.add(head.substring(5, head.indexOf(' ', 5)));
                answers.acquire();
                c.send(OK);
              }
            }));
    setup.server("one", server.address(), 1, 1);
    setup.poolLimits = Setup.limits(2, queue);
    PoolTimeouts d = PoolTimeouts.DEFAULT;
    setup.poolTimeouts = new PoolTimeouts(d.connect(), d.response(), d.idle(), wait, d.total());
    start();
  }

  private static String get(String name) {
    return "GET /" + name + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private int waiting() {
    return setup.poolState().waiting();
  }

  @Test
  void who_came_first_is_served_first() throws Exception {
    oneAtATime(10, Duration.ofSeconds(20));
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(client().send(get("" + i)));
      int before = i;
      eventually("it is in its place", () -> inFlight() == 1 && waiting() == before);
    }
    answers.release(6);
    for (Peer client : clients) {
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(asked).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(waiting()).isZero();
  }

  @Test
  void nobody_waits_for_room_longer_than_the_request_may_take_in_all() throws Exception {
    oneAtATime(10, Duration.ofSeconds(20));
    PoolTimeouts t = setup.poolTimeouts;
    setup.poolTimeouts =
        new PoolTimeouts(t.connect(), t.response(), t.idle(), t.queue(), Duration.ofMillis(200));
    proxy.publish(setup.snapshot());
    setup.state("one").acquire(0);
    assertThat(client().send(get("late")).message()).startsWith("HTTP/1.1 504 ");
    assertThat(asked).isEmpty();
    setup.state("one").release(0);
  }

  @Test
  void a_request_with_a_body_waits_too() throws Exception {
    ScriptedServer server =
        keep(
            ScriptedServer.start(c -> {
              while (c.head() != null) {
                assertThat(c.text(4)).isEqualTo("body");
                answers.acquire();
                c.send(OK);
              }
            }));
    setup.server("one", server.address(), 1, 1);
    start();
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
    Peer one = client().send(post + "body");
    eventually("the first is in flight", () -> inFlight() == 1);
    Peer two = client().send(post);
    eventually("the second waits", () -> waiting() == 1);
    two.send("body");
    answers.release(2);
    assertThat(one.same(OK)).isEqualTo(OK);
    assertThat(two.same(OK)).isEqualTo(OK);
  }

  @Test
  void who_waits_too_long_is_told_to_come_back() throws Exception {
    oneAtATime(10, Duration.ofMillis(50));
    Peer one = client().send(get("one"));
    eventually("it is in flight", () -> inFlight() == 1);
    Peer two = client().send(get("two"));
    assertThat(two.message())
        .startsWith("HTTP/1.1 503 ")
        .contains("\r\nRetry-After: ")
        .endsWith("503 no server had room in time\n");
    answers.release(2);
    assertThat(one.same(OK)).isEqualTo(OK);
    two.send(get("again"));
    assertThat(two.same(OK)).isEqualTo(OK);
    assertThat(asked).containsExactly("one", "again");
  }

  @Test
  void a_full_queue_turns_away_at_once() throws Exception {
    oneAtATime(1, Duration.ofSeconds(20));
    Peer one = client().send(get("one"));
    eventually("it is in flight", () -> inFlight() == 1);
    Peer two = client().send(get("two"));
    eventually("the second waits", () -> waiting() == 1);
    assertThat(client().send(get("three")).message())
        .startsWith("HTTP/1.1 503 ")
        .contains("\r\nRetry-After: ");
    answers.release(2);
    assertThat(one.same(OK)).isEqualTo(OK);
    assertThat(two.same(OK)).isEqualTo(OK);
  }

  @Test
  void a_client_that_goes_away_leaves_the_queue() throws Exception {
    oneAtATime(10, Duration.ofSeconds(20));
    Peer one = client().send(get("one"));
    eventually("it is in flight", () -> inFlight() == 1);
    Peer two = client().send(get("two"));
    eventually("the second waits", () -> waiting() == 1);
    Peer three = client().send(get("three"));
    eventually("the third waits", () -> waiting() == 2);
    two.reset();
    eventually("the second has gone", () -> waiting() == 1);
    answers.release(2);
    assertThat(one.same(OK)).isEqualTo(OK);
    assertThat(three.same(OK)).isEqualTo(OK);
    assertThat(asked).containsExactly("one", "three");
  }

  @Test
  void room_on_one_loop_serves_who_waits_on_another() throws Exception {
    setup.loops = 3;
    oneAtATime(100, Duration.ofSeconds(20));
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      clients.add(client().send(get("" + i)));
    }
    eventually("one is in flight, all others wait", () -> inFlight() == 1 && waiting() == 23);
    answers.release(24);
    for (Peer client : clients) {
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(asked).hasSize(24);
  }

  @Test
  void a_tcp_client_waits_for_room() throws Exception {
    setup.protocol = io.steelyard.core.snapshot.Protocol.TCP;
    ScriptedServer server =
        keep(
            ScriptedServer.start(c -> {
              c.send("hello");
              c.rest();
            }));
    setup.server("one", server.address(), 1, 1);
    start();
    Peer one = client();
    assertThat(one.text(5)).isEqualTo("hello");
    Peer two = client();
    eventually("the second waits", () -> waiting() == 1);
    one.close();
    assertThat(two.text(5)).isEqualTo("hello");
  }
}
