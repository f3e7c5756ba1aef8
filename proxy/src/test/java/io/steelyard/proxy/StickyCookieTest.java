package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.session.SessionCookie.SameSite;
import io.steelyard.core.session.SessionCookie.Secure;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.Sticky.Fallback;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Server;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that a signed cookie keeps at their server. */
class StickyCookieTest extends ProxyTest {
  private static final Pattern SET_COOKIE =
      Pattern.compile("Set-Cookie: srv=([A-Za-z0-9_-]{48}); (.*)\r\n");

  /** What a server was told, by the server. */
  private final Map<String, String> heads = new ConcurrentHashMap<>();

  /** Lets {@link #slowServers} answer what is slow. */
  private final CountDownLatch answer = new CountDownLatch(1);

  /** What came to {@link #slowServers}, in this order. */
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** A test that fails before it lets them answer shall not fail for what is left, too. */
  @AfterEach
  void let_the_slow_answer() {
    answer.countDown();
  }

  private static Sticky sticky(Keyring keys, Fallback fallback, boolean returns) {
    SessionCookie cookie =
        new SessionCookie(
            "srv", Duration.ZERO, Duration.ZERO, "/", "", Secure.AUTO, SameSite.LAX, true);
    return new Sticky(new Sticky.Means.Cookie(cookie, keys), fallback, returns);
  }

  /** Servers that answer with their names. */
  private void servers(int n) throws IOException {
    for (int i = 0; i < n; i++) {
      String name = "s" + i;
      server(c -> {
        for (String head = c.head(); head != null; head = c.head()) {
          heads.put(name, head);
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + name);
        }
      });
    }
  }

  /** A client with a cookie, as it was told last. */
  private final class Browser {
    private String cookie;
    private String attributes;

    /** Who answered. */
    String visit() throws IOException {
      try (Peer peer = client()) {
        String line = cookie == null ? "" : "Cookie: theme=dark; srv=" + cookie + "; a=b\r\n";
        String head = peer.send("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n").head();
        Matcher told = SET_COOKIE.matcher(head);
        if (told.find()) {
          cookie = told.group(1);
          attributes = told.group(2);
        }
        if (!head.startsWith("HTTP/1.1 200 ")) {
          return head.substring(0, head.indexOf('\r'));
        }
        return peer.text(2);
      }
    }
  }

  private void start(int servers, Fallback fallback, boolean returns) throws IOException {
    setup.sticky = sticky(Setup.keys(1), fallback, returns);
    servers(servers);
    start();
  }

  /** Two servers for one request at a time, who answer /slow only when they are told to. */
  private void slowServers() throws IOException {
    for (String name : List.of("s0", "s1")) {
      ScriptedServer slow =
          keep(
              ScriptedServer.start(c -> {
                for (String head = c.head(); head != null; head = c.head()) {
                  String path = head.substring(4, head.indexOf(' ', 4));
                  asked.add(path);
                  if (path.equals("/slow")) {
                    answer.await();
                  }
                  c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + name);
                }
              }));
      setup.server(name, slow.address(), 1, 1);
    }
    PoolTimeouts d = PoolTimeouts.DEFAULT;
    setup.poolTimeouts =
        new PoolTimeouts(d.connect(), d.response(), d.idle(), Duration.ofSeconds(20), d.total());
  }

  /**
   * Keeps the browser's home busy until it may answer. That something is in flight there does not
   * show that it is this request: others could still come before it.
   */
  private Peer busy(Browser browser) throws Exception {
    Peer slow =
        client()
            .send("GET /slow HTTP/1.1\r\nHost: a\r\nCookie: srv=" + browser.cookie + "\r\n\r\n");
    eventually("its home is busy", () -> asked.contains("/slow"));
    return slow;
  }

  /** So many wait; none of them has come to a server. */
  private void eventuallyWait(int n) throws Exception {
    eventually(
        n + " wait",
        () -> {
          assertThat(asked).as("what came to servers").containsExactly("/", "/slow");
          return setup.poolState().waiting() == n;
        });
  }

  private double sticky(String result) {
    return metric("steelyard_sticky", "pool", "app", "result", result);
  }

  private void wish(String server, Wish wish) {
    setup.state(server).standing(new Standing(wish, Health.unknown(2, 3)));
  }

  @Test
  void a_session_stays_at_its_server() throws Exception {
    start(3, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    assertThat(browser.attributes).isEqualTo("Path=/; HttpOnly; SameSite=Lax");
    String cookie = browser.cookie;
    for (int i = 0; i < 10; i++) {
      assertThat(browser.visit()).isEqualTo(home);
    }
    assertThat(browser.cookie).isEqualTo(cookie);
    assertThat(sticky("new")).isEqualTo(1);
    assertThat(sticky("kept")).isEqualTo(10);
  }

  @Test
  void servers_see_all_cookies_but_the_balancers_own() throws Exception {
    start(1, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    browser.visit();
    browser.visit();
    assertThat(heads.get("s0")).contains("Cookie: theme=dark; a=b\r\n").doesNotContain("srv");
    client().send("GET / HTTP/1.1\r\nHost: a\r\nCookie: srv=x\r\n\r\n").head();
    assertThat(heads.get("s0")).doesNotContain("Cookie");
  }

  @Test
  void a_changed_cookie_is_forged_and_begins_a_new_session() throws Exception {
    start(2, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    browser.visit();
    for (int at : new int[] {0, 2, 3, 12, 20, 26, 32, 47}) {
      Browser forger = new Browser();
      char other = browser.cookie.charAt(at) == 'A' ? 'B' : 'A';
      forger.cookie = browser.cookie.substring(0, at) + other + browser.cookie.substring(at + 1);
      String forged = forger.cookie;
      forger.visit();
      assertThat(forger.cookie).isNotEqualTo(forged);
    }
    for (String nonsense : List.of("", "s1", "x".repeat(47), "x".repeat(49), "=".repeat(48))) {
      Browser forger = new Browser();
      forger.cookie = nonsense;
      forger.visit();
      assertThat(forger.cookie).hasSize(48);
    }
    assertThat(sticky("forged")).isEqualTo(13);
    assertThat(sticky("kept")).isZero();
  }

  @Test
  void a_server_that_drains_keeps_its_sessions_and_gets_no_new_ones() throws Exception {
    start(2, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    wish(home, Wish.DRAIN);
    for (int i = 0; i < 5; i++) {
      assertThat(browser.visit()).isEqualTo(home);
      assertThat(new Browser().visit()).isNotEqualTo(home);
    }
  }

  @Test
  void sessions_of_a_server_that_is_down_move_once_and_spread() throws Exception {
    start(4, Fallback.REBALANCE, false);
    Browser[] browsers = new Browser[40];
    Map<Browser, String> homes = new java.util.HashMap<>();
    for (int i = 0; i < browsers.length; i++) {
      browsers[i] = new Browser();
      homes.put(browsers[i], browsers[i].visit());
    }
    setup.down("s0");
    Map<String, Integer> moved = new TreeMap<>();
    for (Browser browser : browsers) {
      String before = browser.cookie;
      String now = browser.visit();
      if (homes.get(browser).equals("s0")) {
        assertThat(now).isNotEqualTo("s0");
        moved.merge(now, 1, Integer::sum);
        // Another request of the session, which left before the answer came: it goes there, too.
        Browser twin = new Browser();
        twin.cookie = before;
        assertThat(twin.visit()).isEqualTo(now);
      } else {
        assertThat(now).isEqualTo(homes.get(browser));
      }
      homes.put(browser, now);
    }
    assertThat(moved.values().stream().mapToInt(n -> n).sum()).isEqualTo(10);
    assertThat(moved).hasSizeGreaterThan(1);
    wish("s0", Wish.SERVE);
    for (Browser browser : browsers) {
      assertThat(browser.visit()).isEqualTo(homes.get(browser));
    }
    assertThat(sticky("moved")).isEqualTo(20);
  }

  @Test
  void sessions_return_to_their_server_if_they_are_to() throws Exception {
    start(3, Fallback.REBALANCE, true);
    Browser browser = new Browser();
    String home = browser.visit();
    setup.down(home);
    String shelter = browser.visit();
    assertThat(shelter).isNotEqualTo(home);
    assertThat(browser.visit()).isEqualTo(shelter);
    wish(home, Wish.SERVE);
    assertThat(browser.visit()).isEqualTo(home);
  }

  @Test
  void sessions_of_a_server_that_is_down_are_refused_if_they_are_to() throws Exception {
    start(2, Fallback.REFUSE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    setup.down(home);
    assertThat(browser.visit()).startsWith("HTTP/1.1 503 ");
    assertThat(new Browser().visit()).isNotEqualTo(home);
    wish(home, Wish.SERVE);
    assertThat(browser.visit()).isEqualTo(home);
    assertThat(sticky("refused")).isEqualTo(1);
  }

  @Test
  void a_session_whose_server_refuses_connections_moves_at_once() throws Exception {
    start(3, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    move(home, ScriptedServer.nobody());
    String next = browser.visit();
    assertThat(next).startsWith("s").isNotEqualTo(home);
    assertThat(browser.visit()).isEqualTo(next);
  }

  /** The server of that name is at another address from now on. */
  private void move(String name, SocketAddress to) {
    setup.servers.replaceAll(s ->
        s.name().equals(name)
            ? new Server(name, to, s.weight(), s.maxConnections(), s.backup(), s.zone(), s.state())
            : s);
    proxy.publish(setup.snapshot());
  }

  @Test
  void a_server_at_another_address_keeps_its_sessions_by_its_name() throws Exception {
    start(2, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    ScriptedServer elsewhere =
        keep(ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxx"));
    move(home, elsewhere.address());
    assertThat(browser.visit()).isEqualTo("xx");
  }

  @Test
  void sessions_survive_reloads_added_and_removed_servers_and_a_restart() throws Exception {
    start(3, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    servers(1);
    for (int i = 0; i < 20; i++) {
      proxy.publish(setup.snapshot());
      assertThat(browser.visit()).isEqualTo(home);
    }
    setup.servers.removeIf(s -> !s.name().equals(home) && s.name().compareTo("s2") < 0);
    proxy.publish(setup.snapshot());
    assertThat(browser.visit()).isEqualTo(home);
    proxy.close();
    start();
    assertThat(browser.visit()).isEqualTo(home);
  }

  @Test
  void a_session_of_a_removed_server_begins_elsewhere_under_its_number() throws Exception {
    start(3, Fallback.REBALANCE, true);
    Browser browser = new Browser();
    String home = browser.visit();
    setup.servers.removeIf(s -> s.name().equals(home));
    proxy.publish(setup.snapshot());
    String before = browser.cookie;
    String next = browser.visit();
    assertThat(next).isNotEqualTo(home);
    assertThat(browser.cookie).isNotEqualTo(before);
    assertThat(browser.visit()).isEqualTo(next);
  }

  @Test
  void keys_are_rotated_without_losing_a_session() throws Exception {
    start(3, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    for (Keyring ring : List.of(Setup.keys(1, 2), Setup.keys(2, 1), Setup.keys(2))) {
      setup.sticky = sticky(ring, Fallback.REBALANCE, false);
      proxy.publish(setup.snapshot());
      assertThat(browser.visit()).isEqualTo(home);
      assertThat(browser.visit()).isEqualTo(home);
    }
    setup.sticky = sticky(Setup.keys(3), Fallback.REBALANCE, false);
    proxy.publish(setup.snapshot());
    browser.visit();
    assertThat(sticky("forged")).isEqualTo(1);
  }

  @Test
  void a_session_waits_for_room_at_its_server_and_for_no_other() throws Exception {
    setup.sticky = sticky(Setup.keys(1), Fallback.REBALANCE, false);
    slowServers();
    start();
    Browser browser = new Browser();
    String home = browser.visit();
    Peer slow = busy(browser);
    Peer waits =
        client()
            .send("GET /waits HTTP/1.1\r\nHost: a\r\nCookie: srv=" + browser.cookie + "\r\n\r\n");
    eventuallyWait(1);
    // Who is bound to nobody passes by: the other server has room.
    assertThat(new Browser().visit()).isNotEqualTo(home);
    answer.countDown();
    assertThat(slow.message()).endsWith(home);
    assertThat(waits.message()).endsWith(home);
  }

  @Test
  void with_several_loops_a_session_waits_for_its_server_only() throws Exception {
    setup.loops = 3;
    setup.sticky = sticky(Setup.keys(1), Fallback.REBALANCE, false);
    slowServers();
    start();
    Browser browser = new Browser();
    String home = browser.visit();
    Peer slow = busy(browser);
    String bound = " HTTP/1.1\r\nHost: a\r\nCookie: srv=" + browser.cookie + "\r\n\r\n";
    Peer[] waiting = new Peer[6];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = client().send("GET /waits" + i + bound);
    }
    eventuallyWait(waiting.length);
    for (int i = 0; i < 10; i++) {
      assertThat(new Browser().visit()).isNotEqualTo(home);
    }
    answer.countDown();
    assertThat(slow.message()).endsWith(home);
    for (Peer peer : waiting) {
      assertThat(peer.message()).endsWith(home);
    }
  }

  @Test
  void a_session_of_a_removed_server_is_not_refused_for_ever() throws Exception {
    start(3, Fallback.REFUSE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    setup.servers.removeIf(s -> s.name().equals(home));
    proxy.publish(setup.snapshot());
    String next = browser.visit();
    assertThat(next).startsWith("s").isNotEqualTo(home);
    assertThat(browser.visit()).isEqualTo(next);
  }

  @Test
  void a_session_that_is_away_is_signed_anew_and_still_goes_home() throws Exception {
    start(3, Fallback.REBALANCE, true);
    Browser browser = new Browser();
    String home = browser.visit();
    setup.down(home);
    for (Keyring ring : List.of(Setup.keys(2, 1), Setup.keys(2))) {
      setup.sticky = sticky(ring, Fallback.REBALANCE, true);
      proxy.publish(setup.snapshot());
      assertThat(browser.visit()).startsWith("s").isNotEqualTo(home);
    }
    wish(home, Wish.SERVE);
    assertThat(browser.visit()).isEqualTo(home);
    assertThat(sticky("forged")).isZero();
  }

  @Test
  void of_several_cookies_of_its_name_the_good_one_counts() throws Exception {
    start(3, Fallback.REBALANCE, false);
    Browser browser = new Browser();
    String home = browser.visit();
    for (String cookies :
        List.of(
            "srv=old; srv=%s",
            "srv=%s; srv=old", "a=b; srv=; c=d; srv=%s", "srv=x\r\nCookie: srv=%s")) {
      String line = "Cookie: " + cookies.formatted(browser.cookie) + "\r\n";
      assertThat(client().send("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n").message())
          .endsWith(home)
          .doesNotContain("Set-Cookie");
    }
    assertThat(sticky("forged")).isZero();
  }

  @Test
  void a_server_that_breaks_one_answer_off_keeps_its_session() throws Exception {
    setup.sticky = sticky(Setup.keys(1), Fallback.REBALANCE, false);
    for (String name : List.of("s0", "s1")) {
      server(c -> {
        for (String head = c.head(); head != null; head = c.head()) {
          if (head.contains("/breaks") && head.contains("X-At: " + name)) {
            return;
          }
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + name);
        }
      });
    }
    start();
    Browser browser = new Browser();
    String home = browser.visit();
    String lines =
        " HTTP/1.1\r\nHost: a\r\nX-At: " + home + "\r\nCookie: srv=" + browser.cookie + "\r\n\r\n";
    assertThat(client().send("GET /breaks" + lines).message())
        .startsWith("HTTP/1.1 200 ")
        .doesNotEndWith(home)
        .doesNotContain("Set-Cookie");
    assertThat(browser.visit()).isEqualTo(home);
  }

  @Test
  void every_final_answer_that_begins_a_session_carries_the_cookie() throws Exception {
    setup.sticky = sticky(Setup.keys(1), Fallback.REBALANCE, false);
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        if (head.startsWith("GET /ws ")) {
          c.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
          c.rest();
        } else if (head.startsWith("GET /304 ")) {
          c.send("HTTP/1.1 304 Not Modified\r\n\r\n");
        } else if (head.startsWith("HEAD ")) {
          c.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
        } else {
          c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        }
      }
    });
    start();
    String upgrade = "Connection: upgrade\r\nUpgrade: x\r\n";
    assertThat(client().send("GET /ws HTTP/1.1\r\nHost: a\r\n" + upgrade + "\r\n").head())
        .startsWith("HTTP/1.1 101 ")
        .containsPattern(SET_COOKIE);
    assertThat(client().send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n").head())
        .startsWith("HTTP/1.1 304 ")
        .containsPattern(SET_COOKIE);
    Peer head = client().send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(head.head()).startsWith("HTTP/1.1 103 ").doesNotContain("Set-Cookie");
    assertThat(head.head()).startsWith("HTTP/1.1 200 ").containsPattern(SET_COOKIE);
    assertThat(client().send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").rest())
        .startsWith("HTTP/1.1 200 ")
        .containsPattern(SET_COOKIE)
        .endsWith("ok");
  }
}
