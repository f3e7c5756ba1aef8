package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which server a request goes to. */
final class BalancingTest extends ProxyTest {
  private void named(String name, int weight) throws Exception {
    ScriptedServer s =
        keep(
            ScriptedServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name));
    setup.server(name, s.address(), weight, 0);
  }

  private Map<String, Integer> asked(int requests) throws Exception {
    Map<String, Integer> counts = new TreeMap<>();
    Peer client = client();
    for (int i = 0; i < requests; i++) {
      String answer = client.send(GET).message();
      counts.merge(answer.substring(answer.indexOf("\r\n\r\n") + 4), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void round_robin_gives_each_its_turn() throws Exception {
    named("a", 1);
    named("b", 1);
    named("c", 1);
    start();
    assertThat(asked(300)).isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
  }

  @Test
  void weights_are_honoured_exactly() throws Exception {
    named("a", 5);
    named("b", 2);
    named("c", 1);
    named("never", 0);
    start();
    assertThat(asked(240)).isEqualTo(Map.of("a", 150, "b", 60, "c", 30));
  }

  @Test
  void a_client_stays_with_its_server_by_its_address() throws Exception {
    setup.balance = Algorithm.IP_HASH;
    named("a", 1);
    named("b", 1);
    named("c", 1);
    start();
    Map<String, Integer> first = asked(50);
    assertThat(first).hasSize(1);
    assertThat(asked(50)).as("another connection").isEqualTo(first);
    setup.down(first.keySet().iterator().next());
    Map<String, Integer> second = asked(50);
    assertThat(second).hasSize(1).isNotEqualTo(first);
  }

  @Test
  void least_connections_avoids_the_busy_one() throws Exception {
    setup.balance = Algorithm.LEAST_CONNECTIONS;
    ScriptedServer slow =
        keep(
            ScriptedServer.start(c -> {
              c.head();
              c.rest();
            }));
    setup.server("slow", slow.address(), 1, 0);
    named("b", 1);
    start();
    io.steelyard.core.health.Standing up = setup.state("b").standing();
    setup.down("b");
    Peer waits = client().send(GET);
    eventually("the slow one is busy", () -> inFlight() == 1);
    setup.state("b").standing(up);
    assertThat(asked(50)).isEqualTo(Map.of("b", 50));
    waits.reset();
  }

  @Test
  void a_server_that_goes_down_gets_no_more_and_all_is_counted() throws Exception {
    named("a", 1);
    named("b", 1);
    start();
    assertThat(asked(10)).isEqualTo(Map.of("a", 5, "b", 5));
    setup.down("a");
    assertThat(asked(10)).isEqualTo(Map.of("b", 10));
    assertThat(metric("steelyard_requests", "server", "a", "code", "200")).isEqualTo(5);
    assertThat(metric("steelyard_requests", "server", "b", "code", "200")).isEqualTo(15);
    assertThat(metric("steelyard_requests_received")).isEqualTo(20);
  }

  @Test
  void several_loops_share_the_work_and_the_limits() throws Exception {
    setup.loops = 2;
    named("a", 1);
    named("b", 1);
    start();
    for (int i = 0; i < 40; i++) {
      try (Peer client = client()) {
        assertThat(client.send(GET).message()).startsWith("HTTP/1.1 200 OK");
      }
    }
    assertThat(metric("steelyard_requests", "code", "200")).isEqualTo(40);
    assertThat(metric("steelyard_connections_accepted", "loop", "0")).isPositive();
    assertThat(metric("steelyard_connections_accepted", "loop", "1")).isPositive();
  }
}
