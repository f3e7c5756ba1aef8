package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.balance.HashKey.Kind;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionClears;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.Sticky.Fallback;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.proxy.OtherNodes.Asked;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Requests whose session is not known here wait until others were asked for it. */
class LookupTest extends LookupSetup {
  private void sticky(Kind kind, String name, boolean learned, Fallback fallback, Keyring keys) {
    Sticky.Means.Keyed means =
        new Sticky.Means.Keyed(new HashKey(kind, name), learned, Duration.ofMinutes(30), keys);
    setup.sticky = new Sticky(means, fallback, false);
  }

  private void start(int servers, Duration deadline) throws IOException {
    if (setup.sticky.equals(Sticky.NONE)) {
      sticky(Kind.HEADER, "X-User", false, Fallback.REBALANCE, Setup.keys(0));
    }
    for (int i = 0; i < servers; i++) {
      String name = "s" + i;
      server(c -> {
        for (String m = c.message(); m != null; m = c.message()) {
          served.add(name + " " + m.substring(m.indexOf(' ') + 1, m.indexOf(" HTTP")));
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + name);
        }
      });
    }
    startAsking(deadline);
  }

  private static String get(String path, String user) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\nX-User: " + user + "\r\n\r\n";
  }

  private static String get(String user) {
    return get("/", user);
  }

  /** The server that has answered. */
  private static String home(Peer client) throws IOException {
    assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
    return client.text(2);
  }

  private double sticky(String result) {
    return metric("steelyard_sticky", "result", result);
  }

  private int remembered() {
    return OtherNodes.remembered(proxy);
  }

  // ---- answers

  @Test
  void a_session_that_another_node_knows_goes_to_its_server_and_nobody_is_told() throws Exception {
    setup.loops = 2;
    start(3, LONG);
    for (int i = 0; i < 12; i++) {
      Peer client = client().send(get("u" + i));
      Asked question = others.next();
      String home = "s" + i % 2;
      question.answer(others.at(home, question));
      assertThat(home(client)).isEqualTo(home);
    }
    eventually("all are remembered", () -> remembered() == 12);
    for (int i = 0; i < 12; i++) {
      assertThat(home(client().send(get("u" + i)))).isEqualTo("s" + i % 2);
    }
    assertThat(others.waiting()).isZero();
    assertThat(OtherNodes.drain(feed)).isEmpty();
    assertThat(lookups("found")).isEqualTo(12);
    assertThat(sticky("kept")).isEqualTo(24);
    assertThat(underWay()).isZero();
  }

  @Test
  void a_session_that_nobody_knows_begins_anew() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    others.next().unknown();
    String home = home(client);
    assertThat(OtherNodes.drain(feed))
        .singleElement()
        .satisfies(e -> assertThat(e.server).isEqualTo(SessionShard.number(home)));
    assertThat(home(client.send(get("a")))).isEqualTo(home);
    assertThat(others.waiting()).isZero();
    assertThat(lookups("unknown")).isEqualTo(1);
    assertThat(sticky("new")).isEqualTo(1);
  }

  @Test
  void a_session_that_was_ended_by_hand_begins_anew() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    SessionEntry gone = others.gone(question);
    question.answer(gone);
    home(client);
    assertThat(OtherNodes.drain(feed))
        .singleElement()
        .satisfies(e -> assertThat(e.stamp).isGreaterThan(gone.stamp));
    assertThat(lookups("unknown")).isEqualTo(1);
    assertThat(sticky("new")).isEqualTo(1);
    assertThat(remembered()).isEqualTo(1);
  }

  @Test
  void a_session_that_is_over_begins_anew() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    SessionEntry over = others.at("s2", question);
    over.seenS -= over.ttlS + 1;
    question.answer(over);
    assertThat(home(client)).isEqualTo("s0");
    assertThat(lookups("unknown")).isEqualTo(1);
  }

  @Test
  void what_answers_another_question_is_no_answer() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    SessionEntry wrong = others.at("s2", question);
    wrong.low++;
    question.answer(wrong);
    assertThat(home(client)).isEqualTo("s0");
    assertThat(lookups("unknown")).isEqualTo(1);
    assertThat(remembered()).isEqualTo(1);
  }

  @Test
  void whoever_answers_may_use_the_entry_again() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    SessionEntry entry = others.at("s2", question);
    question.answer(entry);
    entry.server = 0;
    entry.high++;
    assertThat(home(client)).isEqualTo("s2");
  }

  @Test
  void a_session_that_has_ended_here_is_not_asked_for() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    others.next().unknown();
    home(client);
    assertThat(proxy.forgetSessions((pool, server) -> true)).isEqualTo(1);
    home(client.send(get("a")));
    assertThat(others.waiting()).isZero();
    assertThat(sticky("new")).isEqualTo(2);
  }

  @Test
  void what_has_ended_under_a_newer_key_is_not_found_under_an_older_one() throws Exception {
    sticky(Kind.HEADER, "X-User", false, Fallback.REBALANCE, Setup.keys(2, 1));
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    long[] keys = question.keys();
    SessionEntry before = others.entry(keys[2], keys[3], SessionShard.number("s1"));
    SessionEntry end = others.entry(keys[0], keys[1], SessionEntry.GONE);
    proxy.mergeSessions(OtherNodes.written(List.of(before, end)));
    question.unknown();
    assertThat(home(client)).isEqualTo("s0");
    proxy.mergeSessions(OtherNodes.written(List.of(others.gone(question))));
    assertThat(home(client.send(get("a")))).isEqualTo("s0");
    assertThat(others.waiting()).isZero();
    assertThat(sticky("new")).isEqualTo(2);
  }

  @Test
  void a_session_that_was_ended_on_all_nodes_begins_anew_whoever_knows_it() throws Exception {
    setup.loops = 2;
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    SessionEntry told = others.at("s2", question);
    // This node's clock is behind: what begins after the end is later all the same.
    long stamp = told.stamp + (1L << 40);
    proxy.clearSessions(SessionClears.NONE.with(Optional.of("app"), Optional.empty(), stamp));
    question.answer(told);
    assertThat(home(client)).isEqualTo("s0");
    assertThat(lookups("unknown")).isEqualTo(1);
    assertThat(proxy.mergeSessions(OtherNodes.written(List.of(told)))).isZero();
    assertThat(home(client.send(get("a")))).isEqualTo("s0");
    assertThat(sticky("kept")).isEqualTo(1);
    assertThat(OtherNodes.drain(feed))
        .singleElement()
        .satisfies(e -> assertThat(e.stamp).isGreaterThan(stamp));
  }

  @Test
  void what_ends_while_others_are_asked_stays_ended() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    SessionEntry late = others.at("s2", question);
    proxy.mergeSessions(OtherNodes.written(List.of(others.gone(question))));
    question.answer(late);
    assertThat(home(client)).isEqualTo("s0");
    assertThat(sticky("new")).isEqualTo(1);
  }

  @Test
  void a_session_that_a_full_table_has_no_room_for_is_kept_all_the_same() throws Exception {
    setup.sessionsMax = 1;
    start(3, LONG);
    home(clientOfUnknown("newer"));
    Peer client = client().send(get("older"));
    Asked question = others.next();
    SessionEntry older = others.at("s2", question);
    older.seenS -= 10;
    question.answer(older);
    assertThat(home(client)).isEqualTo("s2");
    eventually("that is told", () -> metric("steelyard_sessions_refused") == 1);
  }

  private Peer clientOfUnknown(String user) throws Exception {
    Peer client = client().send(get(user));
    others.next().unknown();
    return client;
  }

  @Test
  void a_found_session_whose_server_is_gone_moves() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    question.answer(others.at("elsewhere", question));
    home(client);
    assertThat(sticky("moved")).isEqualTo(1);
    assertThat(OtherNodes.drain(feed)).hasSize(1);
  }

  @Test
  void a_found_session_that_goes_to_no_other_server_is_refused() throws Exception {
    sticky(Kind.HEADER, "X-User", false, Fallback.REFUSE, Setup.keys(0));
    start(2, LONG);
    setup.down("s1");
    Peer client = client().send(get("a"));
    Asked question = others.next();
    question.answer(others.at("s1", question));
    assertThat(client.message()).startsWith("HTTP/1.1 503 ");
    assertThat(sticky("refused")).isEqualTo(1);
    // The connection goes on.
    client.send(get("b"));
    others.next().unknown();
    assertThat(home(client)).isEqualTo("s0");
  }

  @Test
  void a_session_that_only_the_application_begins_is_asked_for_too() throws Exception {
    sticky(Kind.COOKIE, "JSESSIONID", true, Fallback.REBALANCE, Setup.keys(0));
    start(3, LONG);
    String request = "GET / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=%s\r\n\r\n";
    Peer client = client().send(request.formatted("known"));
    Asked question = others.next();
    question.answer(others.at("s2", question));
    assertThat(home(client)).isEqualTo("s2");
    assertThat(OtherNodes.drain(feed)).isEmpty();
    client.send(request.formatted("unknown"));
    others.next().unknown();
    String home = home(client);
    assertThat(home(client.send(request.formatted("unknown")))).isEqualTo(home);
    assertThat(others.waiting()).isZero();
  }

  @Test
  void a_session_that_was_noted_under_an_older_key_is_asked_for_too() throws Exception {
    sticky(Kind.HEADER, "X-User", false, Fallback.REBALANCE, Setup.keys(2, 1));
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked now = others.next();
    assertThat(now.keys()).hasSize(4);
    now.answer(others.entry(now.keys()[2], now.keys()[3], SessionShard.number("s2")));
    assertThat(home(client)).isEqualTo("s2");
    // From now on it is known under the first key.
    assertThat(OtherNodes.drain(feed))
        .singleElement()
        .satisfies(e -> assertThat(e.low).isEqualTo(now.low()))
        .satisfies(e -> assertThat(e.server).isEqualTo(SessionShard.number("s2")));
    assertThat(home(client.send(get("a")))).isEqualTo("s2");
    assertThat(others.waiting()).isZero();
    assertThat(sticky("kept")).isEqualTo(2);
  }

  @Test
  void what_ends_under_an_older_key_while_others_are_asked_stays_ended() throws Exception {
    sticky(Kind.HEADER, "X-User", false, Fallback.REBALANCE, Setup.keys(2, 1));
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    long high = question.keys()[2];
    long low = question.keys()[3];
    SessionEntry late = others.entry(high, low, SessionShard.number("s2"));
    SessionEntry end = others.entry(high, low, SessionEntry.GONE);
    proxy.mergeSessions(OtherNodes.written(List.of(end)));
    question.answer(late);
    assertThat(home(client)).isEqualTo("s0");
  }

  @Test
  void requests_without_a_session_ask_nobody() throws Exception {
    start(1, LONG);
    assertThat(home(client().send(GET))).isEqualTo("s0");
    assertThat(others.waiting()).isZero();
  }

  @Test
  void nobody_is_asked_any_more_when_sessions_are_kept() throws Exception {
    start(1, LONG);
    proxy.keepSessions();
    assertThat(home(client().send(get("a")))).isEqualTo("s0");
    assertThat(others.waiting()).isZero();
  }

  @Test
  void requests_of_one_session_that_come_together_begin_one_session() throws Exception {
    start(3, LONG);
    Peer one = client().send(get("a"));
    Asked first = others.next();
    Peer two = client().send(get("a"));
    Asked second = others.next();
    first.unknown();
    String home = home(one);
    second.unknown();
    assertThat(home(two)).isEqualTo(home);
    assertThat(OtherNodes.drain(feed)).hasSize(1);
  }

  // ---- no answer in time

  @Test
  void a_request_goes_on_after_the_deadline() throws Exception {
    start(3, SHORT);
    long from = System.nanoTime();
    Peer client = client().send(get("a"));
    assertThat(home(client)).isEqualTo("s0");
    assertThat(Duration.ofNanos(System.nanoTime() - from))
        .isBetween(SHORT.minusMillis(5), SHORT.plusSeconds(3));
    assertThat(lookups("late")).isEqualTo(1);
    assertThat(underWay()).isZero();
    assertThat(sticky("new")).isEqualTo(1);
  }

  @Test
  void a_late_answer_places_nothing_but_is_remembered() throws Exception {
    start(3, SHORT);
    Peer client = client().send(get("a"));
    Asked late = others.next();
    String home = home(client);
    proxy.shareSessions(1, others, LONG);
    client.send(get("/next", "b"));
    Asked next = others.next();
    // A later home than the one that was found meanwhile.
    String later = home.equals("s2") ? "s1" : "s2";
    late.answer(others.at(later, late));
    assertThat(underWay()).isEqualTo(1);
    assertThat(served).hasSize(1);
    next.answer(others.at("s0", next));
    assertThat(home(client)).isEqualTo("s0");
    assertThat(home(client.send(get("a")))).isEqualTo(later);
    assertThat(lookups("late")).isEqualTo(1);
    assertThat(lookups("found")).isEqualTo(1);
    assertThat(remembered()).isEqualTo(2);
  }

  @Test
  void a_late_answer_does_no_harm_to_a_connection_that_is_closed() throws Exception {
    start(3, SHORT);
    Peer client = client().send(get("a"));
    Asked late = others.next();
    home(client);
    client.close();
    eventually("it is closed", () -> proxy.connections() == 0);
    late.answer(others.at("s2", late));
    late.unknown();
    assertThat(underWay()).isZero();
    assertThat(home(client().send(get("a")))).isEqualTo("s2");
  }

  @Test
  void a_request_waits_no_longer_than_it_may_take_in_all() throws Exception {
    PoolTimeouts t = setup.poolTimeouts;
    setup.poolTimeouts =
        new PoolTimeouts(t.connect(), t.response(), t.idle(), t.queue(), Duration.ofMillis(50));
    start(1, LONG);
    assertThat(client().send(get("a")).message()).startsWith("HTTP/1.1 504 ");
    assertThat(served).isEmpty();
    assertThat(lookups("late")).isEqualTo(1);
  }

  // ---- nobody to ask

  @Test
  void a_request_goes_on_at_once_when_nobody_can_be_asked() throws Exception {
    others.away = true;
    start(1, LONG);
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      assertThat(home(client.send(get("u" + i)))).isEqualTo("s0");
    }
    assertThat(lookups("refused")).isEqualTo(3);
    assertThat(underWay()).isZero();
  }

  @Test
  void only_so_many_are_asked_for_at_a_time() throws Exception {
    start(1, LONG);
    Bond bond = new Bond();
    bond.keys = new long[] {1, 1};
    proxy.onAll(p -> {
      for (int i = 0; i < Lookups.UNDER_WAY_MAX; i++) {
        p.lookups().ask(bond, Long.MAX_VALUE, entry -> {});
      }
    });
    assertThat(underWay()).isEqualTo(Lookups.UNDER_WAY_MAX);
    assertThat(home(client().send(get("a")))).isEqualTo("s0");
    assertThat(lookups("refused")).isEqualTo(1);
    others.next().unknown();
    Peer client = client().send(get("b"));
    eventually("it is asked for", () -> others.waiting() == Lookups.UNDER_WAY_MAX);
    while (others.waiting() > 0) {
      others.next().unknown();
    }
    assertThat(home(client)).isEqualTo("s0");
    assertThat(underWay()).isZero();
  }

  @Test
  void a_request_is_refused_when_no_server_is_left() throws Exception {
    others.away = true;
    start(1, LONG);
    setup.down("s0");
    Peer client = client().send(get("a"));
    assertThat(client.message()).startsWith("HTTP/1.1 503 ");
    others.away = false;
    client.send(get("a"));
    others.next().unknown();
    assertThat(client.message()).startsWith("HTTP/1.1 503 ");
  }

  // ---- what happens meanwhile

  @Test
  void a_client_that_leaves_while_it_waits_is_served_nowhere() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    client.reset();
    eventually("it has gone", () -> proxy.connections() == 0);
    assertThat(underWay()).isEqualTo(1);
    question.answer(others.at("s2", question));
    assertThat(underWay()).isZero();
    assertThat(remembered()).isEqualTo(1);
    assertThat(served).isEmpty();
    assertThat(metric("steelyard_requests", "code", "499")).isEqualTo(1);
    assertThat(home(client().send(get("a")))).isEqualTo("s2");
  }

  @Test
  void a_client_that_leaves_gives_its_place_back_at_the_deadline() throws Exception {
    start(1, SHORT);
    Peer client = client().send(get("a"));
    others.next();
    client.reset();
    eventually("the time is over", () -> underWay() == 0);
    assertThat(lookups("late")).isEqualTo(1);
    assertThat(served).isEmpty();
  }

  @Test
  void a_body_that_comes_meanwhile_waits_too() throws Exception {
    start(3, LONG);
    Peer client =
        client().send("POST /1 HTTP/1.1\r\nHost: a\r\nX-User: a\r\nContent-Length: 8\r\n\r\nhalf");
    Asked question = others.next();
    client.send("rest" + get("/2", "b"));
    question.answer(others.at("s2", question));
    assertThat(home(client)).isEqualTo("s2");
    Asked next = others.next();
    next.answer(others.at("s1", next));
    assertThat(home(client)).isEqualTo("s1");
    assertThat(served).containsExactly("s2 /1", "s1 /2");
  }

  @Test
  void pipelined_requests_are_asked_for_one_after_the_other() throws Exception {
    start(3, LONG);
    Peer client = client().send(get("/1", "a") + get("/2", "b") + get("/3", "a"));
    Asked first = others.next();
    proxy.onAll(p -> {});
    assertThat(others.waiting()).isZero();
    first.answer(others.at("s2", first));
    assertThat(home(client)).isEqualTo("s2");
    Asked second = others.next();
    second.answer(others.at("s1", second));
    assertThat(home(client)).isEqualTo("s1");
    assertThat(home(client)).isEqualTo("s2");
    assertThat(served).containsExactly("s2 /1", "s1 /2", "s2 /3");
  }

  @Test
  void a_snapshot_that_comes_meanwhile_is_followed() throws Exception {
    start(2, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    answering(OK);
    proxy.publish(setup.snapshot());
    question.answer(others.at("s2", question));
    assertThat(client.same(OK)).isEqualTo(OK);
    assertThat(sticky("kept")).isEqualTo(1);
  }

  @Test
  void sessions_may_be_given_up_meanwhile() throws Exception {
    start(2, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    setup.sticky = Sticky.NONE;
    proxy.publish(setup.snapshot());
    question.answer(others.at("s1", question));
    home(client);
    assertThat(remembered()).isZero();
  }

  @Test
  void draining_waits_for_who_waits() throws Exception {
    start(2, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    FutureTask<Void> drained =
        Bulk.aside(() -> {
          assertThat(proxy.drainAll(Duration.ofSeconds(10))).isTrue();
          return null;
        });
    eventually(
        "it drains",
        () -> {
          AtomicInteger draining = new AtomicInteger();
          proxy.onAll(p -> draining.addAndGet(p.draining() ? 1 : 0));
          return draining.get() == 1;
        });
    question.answer(others.at("s1", question));
    assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("s1");
    drained.get(5, TimeUnit.SECONDS);
  }

  @Test
  void a_balancer_that_stops_lets_nobody_wait() throws Exception {
    start(2, LONG);
    Peer client = client().send(get("a"));
    Asked question = others.next();
    proxy.close();
    assertThat(client.rest()).doesNotContain("200 OK");
    question.answer(others.at("s1", question));
    assertThat(served).isEmpty();
  }
}
