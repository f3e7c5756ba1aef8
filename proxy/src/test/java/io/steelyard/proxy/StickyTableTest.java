package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.balance.HashKey.Kind;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.Sticky.Fallback;
import io.steelyard.core.snapshot.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Sessions that the table remembers. */
class StickyTableTest extends ProxyTest {
  private static final Keyring KEYS = Setup.keys(0);

  private void sticky(Kind kind, String name, boolean learned, boolean returns) {
    setup.sticky =
        new Sticky(
            new Sticky.Means.Keyed(new HashKey(kind, name), learned, Duration.ofMinutes(30), KEYS),
            Fallback.REBALANCE,
            returns);
  }

  /** Servers that answer with their names, and with what {@code line} makes of them. */
  private void servers(int n, UnaryOperator<String> line) throws IOException {
    for (int i = 0; i < n; i++) {
      String name = "s" + i;
      server(c -> {
        for (String head = c.head(); head != null; head = c.head()) {
          String told = head.contains("/login") ? line.apply(name) : "";
          c.send("HTTP/1.1 200 OK\r\n" + told + "Content-Length: 2\r\n\r\n" + name);
        }
      });
    }
  }

  private void servers(int n) throws IOException {
    servers(n, name -> "");
  }

  private String get(String path, String... lines) throws IOException {
    try (Peer peer = client()) {
      StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: a\r\n");
      for (String line : lines) {
        request.append(line).append("\r\n");
      }
      peer.send(request.append("\r\n").toString()).head();
      return peer.text(2);
    }
  }

  private int remembered() {
    return proxy.sessions().stream().mapToInt(SessionShard::size).sum();
  }

  private void wish(String server, Wish wish) {
    setup.state(server).standing(new Standing(wish, Health.unknown(2, 3)));
  }

  @Test
  void the_sessions_of_a_header_stay_over_several_loops() throws Exception {
    setup.loops = 3;
    sticky(Kind.HEADER, "X-User", false, false);
    servers(4);
    start();
    Map<String, String> homes = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      homes.put("u" + i, get("/", "X-User: u" + i));
    }
    eventually("all are remembered", () -> remembered() == 60);
    for (int round = 0; round < 3; round++) {
      homes.forEach((user, home) -> {
        try {
          assertThat(get("/", "x-user: " + user)).isEqualTo(home);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
    }
    assertThat(metric("steelyard_sticky", "result", "kept")).isEqualTo(180);
    assertThat(metric("steelyard_sessions")).isEqualTo(60);
    get("/");
    assertThat(remembered()).isEqualTo(60);
  }

  @Test
  void a_parameter_of_the_query_tells_a_session() throws Exception {
    sticky(Kind.QUERY, "sid", false, false);
    servers(3);
    start();
    String home = get("/a?sid=7&x=y");
    for (int i = 0; i < 6; i++) {
      get("/");
      assertThat(get("/b?x=" + i + "&sid=7")).isEqualTo(home);
    }
  }

  @Test
  void a_client_address_tells_a_session() throws Exception {
    sticky(Kind.ADDRESS, "", false, false);
    servers(3);
    start();
    String home = get("/");
    for (int i = 0; i < 6; i++) {
      assertThat(get("/")).isEqualTo(home);
    }
    wish(home, Wish.DRAIN);
    assertThat(get("/")).isEqualTo(home);
    setup.down(home);
    String next = get("/");
    assertThat(next).isNotEqualTo(home);
    wish(home, Wish.SERVE);
    assertThat(get("/")).isEqualTo(next);
  }

  @Test
  void a_session_that_only_moved_for_a_while_goes_home() throws Exception {
    sticky(Kind.ADDRESS, "", false, true);
    servers(3);
    start();
    String home = get("/");
    setup.down(home);
    assertThat(get("/")).isNotEqualTo(home);
    wish(home, Wish.SERVE);
    assertThat(get("/")).isEqualTo(home);
  }

  @Test
  void the_session_id_that_a_response_sets_is_learned() throws Exception {
    sticky(Kind.COOKIE, "JSESSIONID", true, false);
    servers(
        3,
        name ->
            "Set-Cookie: other=1\r\nSet-Cookie: JSESSIONID=of-" + name + "; Path=/; HttpOnly\r\n");
    start();
    for (int i = 0; i < 3; i++) {
      String home = get("/login");
      for (int j = 0; j < 4; j++) {
        assertThat(get("/", "Cookie: a=b; JSESSIONID=of-" + home)).isEqualTo(home);
      }
    }
    assertThat(remembered()).isEqualTo(3);
    // An id that is not known, as after a restart: it stays where it comes first.
    String home = get("/", "Cookie: JSESSIONID=unknown");
    assertThat(get("/", "Cookie: JSESSIONID=unknown")).isEqualTo(home);
  }

  @Test
  void the_session_id_that_a_field_of_a_response_tells_is_learned() throws Exception {
    sticky(Kind.HEADER, "X-Session", true, false);
    servers(3, name -> "X-Session: id-" + name + "\r\n");
    start();
    for (int i = 0; i < 3; i++) {
      String home = get("/login");
      assertThat(get("/", "X-Session: id-" + home)).isEqualTo(home);
    }
  }

  @Test
  void sessions_survive_reloads_and_a_smaller_table() throws Exception {
    sticky(Kind.HEADER, "X-User", false, false);
    servers(3);
    start();
    String home = get("/", "X-User: a");
    for (int i = 0; i < 10; i++) {
      proxy.publish(setup.snapshot());
      assertThat(get("/", "X-User: a")).isEqualTo(home);
    }
    setup.sessionsMax = 1000;
    proxy.publish(setup.snapshot());
    assertThat(get("/", "X-User: a")).isEqualTo(home);
    assertThat(metric("steelyard_sessions_max")).isEqualTo(1000);
  }

  @Test
  void sessions_that_are_forgotten_begin_anew() throws Exception {
    setup.loops = 2;
    sticky(Kind.HEADER, "X-User", false, false);
    servers(2);
    start();
    for (int i = 0; i < 10; i++) {
      get("/", "X-User: " + i);
    }
    eventually("all are remembered", () -> remembered() == 10);
    long s0 = SessionShard.number("s0");
    int forgotten = proxy.forgetSessions((pool, server) -> server == s0);
    assertThat(forgotten).isBetween(3, 7);
    assertThat(remembered()).isEqualTo(10 - forgotten);
    assertThat(proxy.forgetSessions((pool, server) -> true)).isEqualTo(10 - forgotten);
    assertThat(remembered()).isZero();
  }

  @Test
  void a_tcp_client_goes_where_it_went_before() throws Exception {
    setup.protocol = Protocol.TCP;
    sticky(Kind.ADDRESS, "", false, false);
    servers(3);
    start();
    String home = get("/");
    for (int i = 0; i < 5; i++) {
      assertThat(get("/")).isEqualTo(home);
    }
  }

  @Test
  void what_is_empty_tells_no_session() throws Exception {
    sticky(Kind.HEADER, "X-User", false, false);
    servers(2);
    start();
    assertThat(get("/", "X-User:")).isNotEqualTo(get("/", "X-User: "));
    assertThat(remembered()).isZero();
  }

  @Test
  void ids_that_clients_make_up_are_not_learned_from_refusals() throws Exception {
    sticky(Kind.HEADER, "X-Session", true, false);
    answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    start();
    for (int i = 0; i < 5; i++) {
      get("/", "X-Session: made-up-" + i);
    }
    assertThat(remembered()).isZero();
  }

  @Test
  void keys_are_rotated_without_losing_a_session() throws Exception {
    servers(3);
    String home = null;
    for (Keyring ring : List.of(Setup.keys(1), Setup.keys(1, 2), Setup.keys(2, 1), Setup.keys(2))) {
      setup.sticky =
          new Sticky(
              new Sticky.Means.Keyed(
                  new HashKey(Kind.HEADER, "X-User"), false, Duration.ofMinutes(30), ring),
              Fallback.REBALANCE,
              false);
      if (home == null) {
        start();
        home = get("/", "X-User: a");
      } else {
        proxy.publish(setup.snapshot());
      }
      for (int i = 0; i < 3; i++) {
        assertThat(get("/", "X-User: a")).isEqualTo(home);
      }
    }
  }
}
