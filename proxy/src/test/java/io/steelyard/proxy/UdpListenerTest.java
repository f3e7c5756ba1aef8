package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners that carry datagrams. */
final class UdpListenerTest extends LogTest {
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void udp() {
    setup.protocol = Protocol.UDP;
    idle(Duration.ofSeconds(60));
  }

  private void idle(Duration idle) {
    ListenerTimeouts d = ListenerTimeouts.DEFAULT;
    setup.timeouts = new ListenerTimeouts(d.head(), idle, d.body(), d.tunnel());
  }

  /** Sessions of a test end with it. */
  @AfterEach
  void close_all() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    if (proxy != null) {
      setup.protocol = Protocol.UDP;
      idle(Duration.ofMillis(1));
      proxy.drainAll(Duration.ofSeconds(5));
    }
  }

  private UdpServer udpServer(String name) throws IOException {
    UdpServer server = UdpServer.start(name);
    opened.add(server);
    setup.server(name.isEmpty() ? "silent" : name, server.address(), 1, 0);
    return server;
  }

  private UdpClient udpClient() throws IOException {
    return udpClient(InetAddress.getLoopbackAddress());
  }

  private UdpClient udpClient(InetAddress to) throws IOException {
    int port = ((InetSocketAddress) proxy.address("web")).getPort();
    UdpClient client = new UdpClient(new InetSocketAddress(to, port), any(to));
    opened.add(client);
    return client;
  }

  private static InetAddress any(InetAddress like) {
    return InetAddress.ofLiteral(like.getAddress().length == 4 ? "0.0.0.0" : "::");
  }

  private double dropped(String reason) {
    return metric("steelyard_udp_dropped", "listener", "web", "reason", reason);
  }

  private double sessions() {
    return metric("steelyard_udp_sessions_active", "listener", "web");
  }

  @Test
  void a_client_stays_with_the_server_that_its_first_datagram_went_to() throws Exception {
    setup.balance = Algorithm.LEAST_CONNECTIONS;
    udpServer("a");
    udpServer("b");
    start();
    UdpClient one = udpClient();
    UdpClient other = udpClient();
    String[] names = {one.send("q").text().substring(0, 1), other.send("q").text().substring(0, 1)};
    assertThat(names).containsExactlyInAnyOrder("a", "b");
    for (int i = 0; i < 20; i++) {
      assertThat(one.send("x" + i).text()).isEqualTo(names[0] + ":x" + i);
      assertThat(other.send("y" + i).text()).isEqualTo(names[1] + ":y" + i);
    }
    assertThat(inFlight()).isEqualTo(2);
    assertThat(sessions()).isEqualTo(2);
    assertThat(metric("steelyard_connections_active")).isEqualTo(2);
    assertThat(metric("steelyard_udp_datagrams", "server", "a", "direction", "in")).isEqualTo(21);
    assertThat(metric("steelyard_udp_datagrams", "pool", "app", "direction", "out")).isEqualTo(42);
    assertThat(metric("steelyard_udp_bytes", "server", "a", "direction", "in")).isEqualTo(51);
    assertThat(metric("steelyard_udp_bytes", "server", "a", "direction", "out")).isEqualTo(93);
    assertThat(metric("steelyard_requests", "server", "a", "code", "0")).isEqualTo(1);
  }

  @Test
  void what_one_client_sends_reaches_one_session_whatever_loop_has_it() throws Exception {
    setup.loops = 4;
    udpServer("a");
    udpServer("b");
    udpServer("c");
    start();
    for (int c = 0; c < 30; c++) {
      UdpClient client = udpClient();
      String first = client.send("q").text();
      for (int i = 0; i < 10; i++) {
        assertThat(client.send("q").text()).isEqualTo(first);
      }
    }
    assertThat(sessions()).isEqualTo(30);
    assertThat(inFlight()).isEqualTo(30);
  }

  @Test
  void answers_come_from_the_very_address_that_was_asked() throws Exception {
    setup.address = new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
    udpServer("a");
    start();
    // The clients are connected: an answer from elsewhere would not reach them.
    for (String at : List.of("127.0.0.1", "127.0.0.7", "127.1.2.3", "::1")) {
      UdpClient client = udpClient(InetAddress.ofLiteral(at));
      assertThat(client.send("q").text()).isEqualTo("a:q");
    }
    assertThat(dropped("client-unsent")).isZero();
  }

  @Test
  void the_same_holds_for_every_address_of_ipv4() throws Exception {
    setup.address = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
    udpServer("a");
    start();
    for (String at : List.of("127.0.0.1", "127.0.0.9")) {
      assertThat(udpClient(InetAddress.ofLiteral(at)).send("q").text()).isEqualTo("a:q");
    }
  }

  @Test
  void datagrams_come_through_whole_from_none_to_the_most_bytes() throws Exception {
    udpServer("a");
    start();
    InetSocketAddress to = (InetSocketAddress) proxy.address("web");
    try (DatagramSocket plain = new DatagramSocket()) {
      // One that is connected sends nothing when there is nothing to say.
      plain.setSoTimeout(10_000);
      plain.send(new DatagramPacket(new byte[0], 0, to));
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      plain.receive(answer);
      assertThat(answer.getLength()).isEqualTo("a:".length());
    }
    UdpClient client = udpClient();
    Random random = new Random(7);
    for (int size : new int[] {1001, 1472, 9000, 65_507}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      assertThat(client.send(bytes).bytes()).isEqualTo(bytes);
    }
  }

  @Test
  void servers_may_speak_unasked() throws Exception {
    UdpServer server = udpServer("");
    start();
    UdpClient client = udpClient().send("hello");
    eventually("it has come", () -> server.received.get() == 1);
    for (int i = 0; i < 40; i++) {
      server.say("news " + i);
      assertThat(client.text()).isEqualTo("news " + i);
    }
  }

  @Test
  void strangers_do_not_get_through_to_a_client() throws Exception {
    UdpServer server = udpServer("");
    start();
    UdpClient client = udpClient().send("hello");
    eventually("it has come", () -> server.received.get() == 1);
    try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      byte[] lie = {1, 2, 3};
      stranger.send(new DatagramPacket(lie, lie.length, server.from));
    }
    server.say("truth");
    assertThat(client.text()).isEqualTo("truth");
    assertThat(metric("steelyard_udp_datagrams", "direction", "out")).isEqualTo(1);
  }

  @Test
  void an_idle_session_ends_and_leaves_a_line() throws Exception {
    idle(Duration.ofMillis(50));
    setup.accessLog = AccessLog.JSON;
    udpServer("a");
    start();
    UdpClient client = udpClient();
    assertThat(client.send("1234").text()).isEqualTo("a:1234");
    eventually("it is over", () -> sessions() == 0 && inFlight() == 0);
    String line = logged(1).getFirst();
    assertThat(value(line, "listener")).isEqualTo("\"web\"");
    assertThat(value(line, "server")).isEqualTo("\"a\"");
    assertThat(value(line, "request_bytes")).isEqualTo("4");
    assertThat(value(line, "response_bytes")).isEqualTo("6");
    assertThat(value(line, "ended_by")).isEqualTo("\"none\"");
    assertThat(setup.state("a").traffic().failed()).isZero();
    assertThat(client.send("more").text()).isEqualTo("a:more");
  }

  @Test
  void further_clients_are_dropped_when_there_are_as_many_as_may_be() throws Exception {
    setup.limits = new ListenerLimits(2, 16 * 1024, 100);
    udpServer("a");
    start();
    UdpClient first = udpClient();
    assertThat(first.send("q").text()).isEqualTo("a:q");
    assertThat(udpClient().send("q").text()).isEqualTo("a:q");
    udpClient().send("q");
    eventually("it is counted", () -> dropped("sessions-full") == 1);
    assertThat(first.send("r").text()).isEqualTo("a:r");
    assertThat(sessions()).isEqualTo(2);
  }

  @Test
  void without_a_server_datagrams_are_dropped_and_counted() throws Exception {
    udpServer("a");
    start();
    setup.down("a");
    UdpClient client = udpClient().send("q");
    eventually("it is counted", () -> dropped("no-server") == 1);
    assertThat(sessions()).isZero();
    setup.state("a").standing(new Standing(Wish.SERVE, Health.unknown(2, 3)));
    assertThat(client.send("q").text()).isEqualTo("a:q");
  }

  @Test
  void a_server_whose_port_is_closed_fails_and_the_next_datagram_goes_elsewhere() throws Exception {
    setup.passive =
        new PassiveHealth(
            3,
            0,
            1,
            0,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            0.5);
    setup.balance = Algorithm.FIRST;
    setup.accessLog = AccessLog.JSON;
    UdpServer gone = udpServer("a");
    udpServer("b");
    start();
    UdpClient client = udpClient();
    assertThat(client.send("q").text()).isEqualTo("a:q");
    gone.close();
    client.send("lost");
    eventually("it is told", () -> setup.state("a").traffic().failed() == 1);
    assertThat(client.send("q").text()).isEqualTo("b:q");
    assertThat(client.send("r").text()).isEqualTo("b:r");
    String line = logged(1).getFirst();
    assertThat(value(line, "ended_by")).isEqualTo("\"server\"");
    assertThat(line).contains("connection refused");
    assertThat(metric("steelyard_upstream_connect_failures", "server", "a")).isEqualTo(1);
  }

  @Test
  void sessions_count_as_connections_where_the_least_are_chosen() throws Exception {
    setup.balance = Algorithm.LEAST_CONNECTIONS;
    udpServer("a");
    udpServer("b");
    start();
    for (int i = 0; i < 10; i++) {
      udpClient().send("q").text();
    }
    assertThat(setup.state("a").inFlight()).isEqualTo(5);
    assertThat(setup.state("b").inFlight()).isEqualTo(5);
  }

  @Test
  void a_hash_of_the_address_keeps_a_client_at_a_server_through_all_its_ports() throws Exception {
    setup.balance = Algorithm.IP_HASH;
    for (String name : List.of("a", "b", "c", "d")) {
      udpServer(name);
    }
    start();
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      answers.add(udpClient().send("q").text());
    }
    assertThat(answers).hasSize(1);
  }

  @Test
  void sessions_leave_a_server_that_is_drained_or_down_with_their_next_datagram() throws Exception {
    setup.balance = Algorithm.FIRST;
    UdpServer a = udpServer("a");
    UdpServer b = udpServer("b");
    start();
    UdpClient client = udpClient();
    assertThat(client.send("q").text()).isEqualTo("a:q");
    setup.state("a").standing(new Standing(Wish.DRAIN, Health.unknown(2, 3)));
    assertThat(client.send("q").text()).isEqualTo("b:q");
    eventually("nothing is left at a", () -> setup.state("a").inFlight() == 0);
    setup.state("a").standing(new Standing(Wish.SERVE, Health.unknown(2, 3)));
    setup.down("b");
    eventually("it moves back", () -> client.ask("q").equals("a:q"));
    assertThat(a.received.get() + b.received.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void a_session_stays_where_it_is_when_no_server_is_better() throws Exception {
    udpServer("a");
    start();
    UdpClient client = udpClient();
    assertThat(client.send("q").text()).isEqualTo("a:q");
    setup.state("a").standing(new Standing(Wish.DRAIN, Health.unknown(2, 3)));
    for (int i = 0; i < 5; i++) {
      assertThat(client.send("q").text()).isEqualTo("a:q");
    }
    assertThat(metric("steelyard_upstream_connects", "server", "a")).isEqualTo(1);
  }

  @Test
  void a_reload_that_is_about_something_else_disturbs_no_session() throws Exception {
    UdpServer a = udpServer("a");
    start();
    UdpClient client = udpClient();
    assertThat(client.send("q").text()).isEqualTo("a:q");
    InetSocketAddress from = a.from;
    udpServer("b");
    proxy.publish(setup.snapshot());
    for (int i = 0; i < 10; i++) {
      assertThat(client.send("q").text()).isEqualTo("a:q");
    }
    assertThat(a.from).isEqualTo(from);
  }

  @Test
  void sessions_of_a_server_that_is_removed_go_on_elsewhere() throws Exception {
    setup.balance = Algorithm.FIRST;
    udpServer("a");
    udpServer("b");
    start();
    UdpClient client = udpClient();
    assertThat(client.send("q").text()).isEqualTo("a:q");
    setup.servers.removeFirst();
    proxy.publish(setup.snapshot());
    assertThat(client.send("q").text()).isEqualTo("b:q");
    eventually("nothing is left at a", () -> setup.state("a").inFlight() == 0);
  }

  @Test
  void answers_in_flight_come_back_after_the_listener_was_removed() throws Exception {
    UdpServer server = udpServer("");
    start();
    UdpClient client = udpClient().send("q");
    eventually("it has come", () -> server.received.get() == 1);
    proxy.drain(List.of(setup.listener()));
    server.say("late");
    assertThat(client.text()).isEqualTo("late");
    client.send("more");
    eventually("its session ends", () -> sessions() == 0 && inFlight() == 0);
    assertThat(server.received.get()).isEqualTo(1);
  }

  @Test
  void an_address_is_free_again_at_once_though_answers_are_awaited() throws Exception {
    UdpServer server = udpServer("");
    start();
    setup.address = proxy.address("web");
    udpClient().send("q");
    eventually("it has come", () -> server.received.get() == 1);
    UdpClient client = udpClient();
    proxy.drain(proxyListeners());
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
    client.send("again");
    eventually("it has come", () -> server.received.get() == 2);
  }

  /** Bound at port 0, published at the one that it got. */
  private List<Listener> proxyListeners() {
    SocketAddress kept = setup.address;
    setup.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    List<Listener> listeners = List.of(setup.listener());
    setup.address = kept;
    return listeners;
  }

  @Test
  void others_have_their_turn_while_one_client_floods() throws Exception {
    UdpServer sink = udpServer("");
    start();
    UdpClient flood = udpClient();
    byte[] bytes = new byte[512];
    Arrays.fill(bytes, (byte) 'x');
    Thread flooding =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                while (!Thread.interrupted()) {
                  flood.send(bytes);
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    eventually("it has begun", () -> sink.received.get() > 100);
    UdpClient other = udpClient();
    other.send("q");
    eventually("others have a turn", () -> sessions() == 2);
    flooding.interrupt();
    flooding.join();
  }
}
