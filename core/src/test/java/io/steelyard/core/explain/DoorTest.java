package io.steelyard.core.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.route.Route;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DoorTest {
  private static final Listener WEB = listener("web", 8080, Protocol.HTTP);
  private static final Listener API = listener("api", 8081, Protocol.HTTP);
  private static final Listener DB = listener("db", 5432, Protocol.TCP);

  private static Listener listener(String name, int port, Protocol protocol) {
    return listener(name, "127.0.0.1", port, protocol);
  }

  private static Listener listener(String name, String address, int port, Protocol protocol) {
    return new Listener(
        name,
        new InetSocketAddress(address, port),
        protocol,
        AccessLog.NONE,
        TrustedProxies.NONE,
        TrustedProxies.NONE,
        Optional.empty(),
        new RouteTable(List.of(new Route("", "", 0))),
        ListenerTimeouts.DEFAULT,
        ListenerLimits.DEFAULT,
        ListenerPolicy.NONE);
  }

  private static Door http(int port) {
    return new Door(Optional.empty(), Protocol.HTTP, false, Optional.empty(), port);
  }

  @Test
  void the_port_says_which_listener_is_meant() throws Exception {
    assertThat(http(8081).among(List.of(WEB, API, DB))).isEqualTo(API);
  }

  @Test
  void a_port_that_nobody_has_stands_for_the_only_listener_of_its_kind() throws Exception {
    assertThat(http(80).among(List.of(DB, WEB))).isEqualTo(WEB);
    assertThatThrownBy(() -> http(80).among(List.of(WEB, API, DB)))
        .isInstanceOf(NoListenerException.class)
        .hasMessage("No listener has port 80, and several take http: name one of web, api.");
  }

  @Test
  void a_port_that_another_kind_has_stands_for_nobody_else() {
    assertThatThrownBy(() -> http(5432).among(List.of(DB, WEB)))
        .hasMessage("Who listens on port 5432 does not take http: db.");
  }

  @Test
  void one_that_is_named_needs_no_port() throws Exception {
    Door named = new Door(Optional.of("api"), Protocol.HTTP, false, Optional.empty(), 80);
    assertThat(named.among(List.of(WEB, API))).isEqualTo(API);
    Door database = new Door(Optional.of("db"), Protocol.HTTP, false, Optional.empty(), 80);
    assertThatThrownBy(() -> database.among(List.of(WEB, DB)))
        .hasMessage("Listener db does not take http.");
    assertThatThrownBy(() -> named.among(List.of(WEB, DB)))
        .hasMessage("There is no listener api; there are: web, db.");
  }

  @Test
  void of_several_with_one_port_the_address_says_which_or_nobody_does() throws Exception {
    Listener other = listener("other", "127.0.0.2", 8080, Protocol.HTTP);
    Optional<InetAddress> address = Optional.of(InetAddress.ofLiteral("127.0.0.2"));
    Door there = new Door(Optional.empty(), Protocol.HTTP, false, address, 8080);
    assertThat(there.among(List.of(WEB, other))).isEqualTo(other);
    assertThatThrownBy(() -> http(8080).among(List.of(WEB, other)))
        .hasMessage("Several listeners have port 8080: name one of web, other.");
  }

  @Test
  void a_kind_that_no_listener_takes_is_told_so() {
    Door tls = new Door(Optional.empty(), Protocol.HTTP, true, Optional.empty(), 443);
    assertThatThrownBy(() -> tls.among(List.of(WEB)))
        .hasMessage("No listener takes http over TLS; there are: web.");
    assertThatThrownBy(() -> http(80).among(List.of()))
        .hasMessage("No listener takes http; there are: none.");
  }
}
