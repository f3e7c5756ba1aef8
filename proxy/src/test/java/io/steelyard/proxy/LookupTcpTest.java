package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.Sticky.Fallback;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.proxy.OtherNodes.Asked;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients of TCP listeners whose address is not known here wait until others were asked for it. */
class LookupTcpTest extends LookupSetup {
  private void start(Duration deadline) throws IOException {
    setup.protocol = Protocol.TCP;
    setup.sticky =
        new Sticky(
            new Sticky.Means.Keyed(HashKey.ADDRESS, false, Duration.ofMinutes(30), Setup.keys(0)),
            Fallback.REBALANCE,
            false);
    for (int i = 0; i < 3; i++) {
      String name = "s" + i;
      server(c -> {
        served.add(name);
        try {
          c.send(name);
        } catch (SocketException e) {
          // The client has gone, and the balancer with it.
        }
      });
    }
    startAsking(deadline);
  }

  @Test
  void a_tcp_client_goes_where_another_node_has_seen_it() throws Exception {
    start(LONG);
    Peer client = client();
    Asked question = others.next();
    question.answer(others.at("s2", question));
    assertThat(client.rest()).isEqualTo("s2");
    assertThat(client().rest()).isEqualTo("s2");
    assertThat(others.waiting()).isZero();
    assertThat(OtherNodes.drain(feed)).isEmpty();
    assertThat(lookups("found")).isEqualTo(1);
  }

  @Test
  void a_tcp_client_goes_on_after_the_deadline() throws Exception {
    start(SHORT);
    Peer client = client();
    Asked late = others.next();
    assertThat(client.rest()).isEqualTo("s0");
    late.answer(others.at("s2", late));
    assertThat(underWay()).isZero();
    assertThat(client().rest()).isEqualTo("s2");
    assertThat(lookups("late")).isEqualTo(1);
  }

  @Test
  void a_tcp_client_goes_on_at_once_when_nobody_can_be_asked() throws Exception {
    others.away = true;
    start(LONG);
    assertThat(client().rest()).isEqualTo("s0");
    assertThat(lookups("refused")).isEqualTo(1);
  }

  @Test
  void a_tcp_client_that_leaves_while_it_waits_does_no_harm() throws Exception {
    start(LONG);
    Peer client = client();
    Asked question = others.next();
    client.reset();
    // Nothing is read while it waits: its end may be seen only when a server is there.
    question.unknown();
    eventually("it has gone", () -> proxy.connections() == 0);
    assertThat(underWay()).isZero();
  }

  @Test
  void a_tcp_client_that_has_said_all_it_will_is_served() throws Exception {
    start(LONG);
    Peer client = client();
    Asked question = others.next();
    client.shutdownOutput();
    question.answer(others.at("s1", question));
    assertThat(client.rest()).isEqualTo("s1");
  }

  @Test
  void a_tcp_client_that_waits_when_the_balancer_stops_is_let_go() throws Exception {
    start(LONG);
    Peer client = client();
    Asked question = others.next();
    proxy.close();
    assertThat(client.rest()).isEqualTo("<reset>");
    question.unknown();
    assertThat(served).isEmpty();
  }
}
