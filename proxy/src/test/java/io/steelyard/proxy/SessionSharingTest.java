package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.balance.HashKey.Kind;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.Sticky.Fallback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What other nodes hear of this one's sessions, and this one of theirs. */
class SessionSharingTest extends ProxyTest {
  private static final int ORIGIN = 42;

  private final OtherNodes others = new OtherNodes();
  private SessionFeed feed;

  @BeforeEach
  void shared() throws IOException {
    setup.loops = 2;
    setup.sticky =
        new Sticky(
            new Sticky.Means.Keyed(
                new HashKey(Kind.HEADER, "X-User"), false, Duration.ofMinutes(30), Setup.keys(0)),
            Fallback.REBALANCE,
            false);
    answering(OK);
    answering(OK);
    start();
    feed = proxy.shareSessions(ORIGIN, null, Proxy.LOOKUP_DEADLINE_DEFAULT);
  }

  /** Begins sessions, and waits until they are in the feed. */
  private List<SessionEntry> begin(int sessions) throws Exception {
    Peer client = client();
    for (int i = 0; i < sessions; i++) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-User: " + i + "\r\n\r\n");
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    List<SessionEntry> told = new ArrayList<>();
    eventually(
        "all are told",
        () -> {
          told.addAll(OtherNodes.drain(feed));
          return told.size() >= sessions;
        });
    return told;
  }

  private int remembered() {
    return OtherNodes.remembered(proxy);
  }

  private List<SessionEntry> ofOthers(int n, String server) {
    List<SessionEntry> entries = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      // Spread over the loops, which own keys by their upper bits.
      entries.add(others.entry(((long) i << 60) + i, i + 1, SessionShard.number(server)));
    }
    return entries;
  }

  @Test
  void sessions_that_begin_come_out_of_the_feed() throws Exception {
    List<SessionEntry> told = begin(20);
    assertThat(told).hasSize(20).allMatch(e -> e.origin == ORIGIN && e.ttlS == 1800);
    assertThat(told)
        .extracting(e -> e.server)
        .containsOnly(SessionShard.number("s0"), SessionShard.number("s1"));
    Set<Long> keys = new TreeSet<>();
    told.forEach(e -> keys.add(e.low));
    assertThat(keys).hasSize(20);
  }

  @Test
  void sessions_that_are_ended_come_out_of_the_feed_as_gone() throws Exception {
    List<SessionEntry> told = begin(20);
    long s0 = SessionShard.number("s0");
    List<SessionEntry> there = told.stream().filter(e -> e.server == s0).toList();
    assertThat(proxy.forgetSessions((pool, server) -> server == s0)).isEqualTo(there.size());
    List<SessionEntry> ended = OtherNodes.drain(feed);
    assertThat(ended)
        .hasSameSizeAs(there)
        .allMatch(e -> e.server == SessionEntry.GONE && e.origin == ORIGIN);
    assertThat(ended)
        .extracting(e -> e.low)
        .containsExactlyInAnyOrderElementsOf(there.stream().map(e -> e.low).toList());
    for (SessionEntry end : ended) {
      SessionEntry begun = there.stream().filter(e -> e.low == end.low).findAny().orElseThrow();
      assertThat(end.stamp).isGreaterThan(begun.stamp);
    }
    assertThat(remembered()).isEqualTo(20 - there.size());
  }

  @Test
  void sessions_of_others_are_taken_in_and_not_told_again() throws Exception {
    List<SessionEntry> theirs = ofOthers(3000, "s1");
    assertThat(proxy.mergeSessions(OtherNodes.written(theirs))).isEqualTo(3000);
    assertThat(remembered()).isEqualTo(3000);
    assertThat(OtherNodes.drain(feed)).isEmpty();
    assertThat(proxy.mergeSessions(OtherNodes.written(theirs))).as("known already").isZero();
    assertThat(proxy.sessions()).allMatch(shard -> shard.size() > 0);
  }

  @Test
  void sessions_that_others_have_ended_are_forgotten_here() throws Exception {
    List<SessionEntry> told = begin(10);
    List<SessionEntry> gone =
        told.stream().map(e -> others.entry(e.high, e.low, SessionEntry.GONE)).toList();
    assertThat(proxy.mergeSessions(OtherNodes.written(gone))).isEqualTo(10);
    assertThat(remembered()).isZero();
    assertThat(OtherNodes.drain(feed)).isEmpty();
    assertThat(begin(10)).as("begun anew").hasSize(10);
    assertThat(remembered()).isEqualTo(10);
  }

  @Test
  void what_is_ended_here_is_later_than_what_was_heard_of_others() throws Exception {
    List<SessionEntry> theirs = ofOthers(4, "s0");
    theirs.forEach(e -> e.stamp += 1L << 40);
    proxy.mergeSessions(OtherNodes.written(theirs));
    assertThat(proxy.forgetSessions((pool, server) -> true)).isEqualTo(4);
    assertThat(OtherNodes.drain(feed))
        .hasSize(4)
        .allMatch(e -> e.stamp > theirs.getFirst().stamp && e.server == SessionEntry.GONE);
    assertThat(proxy.mergeSessions(OtherNodes.written(theirs))).isZero();
    assertThat(remembered()).isZero();
  }

  @Test
  void nobody_is_told_when_sessions_are_kept() throws Exception {
    begin(1);
    proxy.keepSessions();
    assertThat(proxy.forgetSessions((pool, server) -> true)).isEqualTo(1);
    assertThat(OtherNodes.drain(feed)).isEmpty();
  }
}
