package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To whom responses are counted, and for how long the counters of what is gone are kept. */
final class AttributionTest extends ProxyTest {
  private static final String[] NOT_ROUTED = {"pool", "", "server", ""};

  private double counted(int code, String... labels) {
    List<String> all = new ArrayList<>(Arrays.asList(labels));
    all.addAll(List.of("listener", "web", "code", Integer.toString(code)));
    double[] sum = new double[1];
    proxy.collect(
        new Samples() {
          @Override
          void sample(String name, double value, List<String> has) {
            for (int i = 0; i < all.size(); i += 2) {
              int at = has.indexOf(all.get(i));
              if (!name.equals("steelyard_requests")
                  || at < 0
                  || !has.get(at + 1).equals(all.get(i + 1))) {
                return;
              }
            }
            sum[0] += value;
          }
        });
    return sum[0];
  }

  /** Sees every sample alike. */
  private abstract static class Samples implements MetricSink {
    abstract void sample(String name, double value, List<String> labels);

    @Override
    public void counter(String n, String help, double value, String... l) {
      sample(n, value, List.of(l));
    }

    @Override
    public void gauge(String n, String help, double value, String... l) {
      sample(n, value, List.of(l));
    }

    @Override
    public void histogram(
        String n, String help, double[] bounds, long[] counts, double sum, String... l) {
      sample(n, sum, List.of(l));
    }
  }

  /** The names of metrics that have a series with this label. */
  private Set<String> metricsOf(String label, String value) {
    Set<String> names = new TreeSet<>();
    proxy.collect(
        new Samples() {
          @Override
          void sample(String name, double ignored, List<String> labels) {
            int at = labels.indexOf(label);
            if (at >= 0 && labels.get(at + 1).equals(value)) {
              names.add(name);
            }
          }
        });
    return names;
  }

  @Test
  void a_request_without_a_route_is_counted_to_no_pool() throws Exception {
    setup.routes = List.of(new Route("b", "", 0));
    answering(OK);
    start();
    client().send(GET).message();
    assertThat(counted(404, NOT_ROUTED)).isEqualTo(1);
  }

  @Test
  void a_request_for_which_no_server_was_tried_is_counted_to_its_pool() throws Exception {
    answering(OK);
    start();
    setup.down("s0");
    client().send(GET).message();
    assertThat(counted(503, "pool", "app", "server", "")).isEqualTo(1);
    assertThat(counted(503, NOT_ROUTED)).isZero();
  }

  @Test
  void a_bad_answer_is_counted_to_the_server_that_gave_it() throws Exception {
    answering("nonsense\r\n\r\n");
    start();
    client().send(GET).message();
    assertThat(counted(502, "pool", "app", "server", "s0")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void tries_are_counted_whether_rows_of_failures_are_watched_or_not(int inARow) throws Exception {
    Duration window = Duration.ofSeconds(10);
    setup.passive = new PassiveHealth(inARow, 0, 1, 0, window, window, window, 0.5);
    answering("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    start();
    client().send(GET).message();
    var traffic = setup.state("s0").traffic();
    int row = inARow == 0 ? 0 : 1;
    eventually("it is counted", () -> traffic.ended() == 1 && traffic.failedInARow() == row);
    assertThat(traffic.endedBadly()).isEqualTo(1);
  }

  @Test
  void a_server_that_is_too_slow_is_counted_with_the_time_out() throws Exception {
    PoolTimeouts t = setup.poolTimeouts;
    setup.poolTimeouts = t.with(t.connect(), Duration.ofMillis(50), t.idle());
    server(c -> {
      c.head();
      c.rest();
    });
    start();
    client().send(GET).message();
    assertThat(counted(504, "pool", "app", "server", "s0")).isEqualTo(1);
  }

  @Test
  void what_is_gone_keeps_its_counters_for_a_while_and_then_leaves_nothing() throws Exception {
    ScriptedServer old = answering(OK);
    start();
    client().send(GET).message();
    setup.servers.clear();
    setup.server("next", old.address(), 1, 0);
    proxy.publish(setup.snapshot());
    assertThat(metricsOf("server", "s0"))
        .contains("steelyard_requests")
        .doesNotContain("steelyard_upstream_idle_connections");
    proxy.onAll(p -> p.forgetGone(0));
    assertThat(metricsOf("server", "s0")).isEmpty();
    assertThat(metricsOf("server", "next")).isNotEmpty();
  }

  @Test
  void a_server_that_is_gone_is_remembered_while_it_is_busy() throws Exception {
    ScriptedServer old =
        server(c -> {
          c.head();
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
          c.rest();
        });
    start();
    Peer client = client().send(GET);
    client.head();
    setup.servers.clear();
    setup.server("next", old.address(), 1, 0);
    proxy.publish(setup.snapshot());
    proxy.onAll(p -> p.forgetGone(0));
    assertThat(metricsOf("server", "s0")).isNotEmpty();
    client.reset();
    eventually("it is idle", () -> inFlight() == 0);
    proxy.onAll(p -> p.forgetGone(0));
    assertThat(metricsOf("server", "s0")).isEmpty();
  }

  @Test
  void a_listener_that_takes_the_place_of_a_forgotten_one_begins_at_nothing() throws Exception {
    answering(OK);
    start();
    client().send(GET).message();
    proxy.drain(List.of(setup.listener()));
    proxy.publish(setup.snapshot(List.of()));
    eventually("its connections are gone", () -> proxy.connections() == 0);
    assertThat(metricsOf("listener", "web")).contains("steelyard_requests");
    proxy.onAll(p -> p.forgetGone(0));
    assertThat(metricsOf("listener", "web")).isEmpty();
    setup.listenerName = "other";
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
    assertThat(metric("steelyard_requests", "listener", "other")).isZero();
    client().send(GET).message();
    assertThat(metric("steelyard_requests", "listener", "other", "server", "s0")).isEqualTo(1);
  }
}
