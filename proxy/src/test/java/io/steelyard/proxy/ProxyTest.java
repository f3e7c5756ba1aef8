package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The data plane between raw sockets, on each transport. After every test nothing may be left:
 * connections, buffers, requests in flight.
 */
@ParameterizedClass
@ValueSource(strings = {"epoll", "io_uring"})
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ProxyTest {
  /** A request whose forwarded form is known but for the lines that the balancer adds. */
  static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @Parameter String transport;

  final Setup setup = new Setup();
  Proxy proxy;
  private final List<Peer> clients = new ArrayList<>();
  private final List<ScriptedServer> servers = new ArrayList<>();

  /** Starts the data plane as the set-up says. */
  final void start() throws IOException {
    proxy = Proxy.start(new ProxyOptions(setup.loops, Optional.of(transport), setup.accessLogFile));
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
  }

  final ScriptedServer server(ScriptedServer.Script script) throws IOException {
    return add(ScriptedServer.start(script));
  }

  final ScriptedServer answering(String response) throws IOException {
    return add(ScriptedServer.answering(response));
  }

  /** One more server of the pool. */
  final ScriptedServer add(ScriptedServer server) {
    servers.add(server);
    setup.server(server);
    return server;
  }

  /** Closed at the end, but not in the pool by itself. */
  final ScriptedServer keep(ScriptedServer server) {
    servers.add(server);
    return server;
  }

  final Peer client() throws IOException {
    return keep(Peer.connect(proxy.address(setup.listenerName)));
  }

  final Peer keep(Peer client) {
    clients.add(client);
    return client;
  }

  /** Waits for it, ten seconds at most. */
  static void eventually(String what, Callable<Boolean> condition) {
    Eventually.within(Duration.ofSeconds(10), what, condition);
  }

  /** The sum of a counter or gauge over all series that have these labels. */
  final double metric(String name, String... labels) {
    double[] sum = new double[1];
    proxy.collect(
        new MetricSink() {
          @Override
          public void counter(String n, String help, double value, String... l) {
            if (n.equals(name) && Arrays.asList(l).containsAll(Arrays.asList(labels))) {
              sum[0] += value;
            }
          }

          @Override
          public void gauge(String n, String help, double value, String... l) {
            counter(n, help, value, l);
          }

          @Override
          public void histogram(
              String n, String help, double[] bounds, long[] counts, double s, String... l) {}
        });
    return sum[0];
  }

  final int inFlight() {
    return setup.states.values().stream().mapToInt(s -> s.inFlight()).sum();
  }

  @AfterEach
  final void nothing_is_left() throws Exception {
    try {
      clients.forEach(Peer::close);
      if (proxy != null) {
        eventually("all clients' connections are gone", () -> proxy.connections() == 0);
        eventually("no buffer is in use", () -> metric("steelyard_buffers_in_use") == 0);
        eventually("no memory of TLS is held", () -> metric("steelyard_tls_connections") == 0);
        eventually("nothing is in flight", () -> inFlight() == 0);
        assertThat(metric("steelyard_loop_failures")).as("handlers that failed").isZero();
      }
      for (ScriptedServer s : servers) {
        assertThat(s.failures()).as("failures of a server's script").isEmpty();
      }
    } finally {
      if (proxy != null) {
        proxy.close();
      }
      for (ScriptedServer s : servers) {
        s.close();
      }
    }
  }
}
