package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Leases that a majority grants. */
final class VipVotesTest {
  private static final long LEASE_NS = 1000;
  private static final long HANG_NS = 100;
  private static final Set<String> NODES = Set.of("a", "b", "c");
  private static final Set<String> KEY = Set.of("key");

  private long nowNs = Long.MAX_VALUE - 1500;
  private final Map<String, VipVotes> all = new TreeMap<>();

  VipVotesTest() {
    NODES.forEach(name -> all.put(name, votes(name, 1)));
    nowNs += 2 * LEASE_NS;
  }

  private VipVotes votes(String name, long life) {
    return new VipVotes(name, NODES, life, LEASE_NS, HANG_NS, nowNs);
  }

  /** It asks these, and they answer. */
  private void asks(String from, Set<String> wants, String... to) {
    VipVotes.Ask ask = all.get(from).tick(wants, nowNs).orElseThrow();
    for (String other : to) {
      Optional<VipVotes.Answer> answer = all.get(other).asked(ask, nowNs);
      answer.ifPresent(a -> all.get(from).answered(a, nowNs));
    }
  }

  private boolean holds(String node) {
    return all.get(node).leases(nowNs).containsKey("key");
  }

  @Test
  void its_own_vote_is_no_majority_and_with_another_one_it_is() {
    asks("a", KEY);
    assertThat(holds("a")).isFalse();
    assertThat(all.get("a").reachesMajority(nowNs)).isFalse();
    nowNs += LEASE_NS / 8;
    asks("a", KEY, "b");
    assertThat(holds("a")).isTrue();
    assertThat(all.get("a").reachesMajority(nowNs)).isTrue();
  }

  @Test
  void a_lease_counts_from_when_it_was_asked_for_and_ends_early_by_what_a_guard_needs() {
    VipVotes.Ask ask = all.get("a").tick(KEY, nowNs).orElseThrow();
    long askedNs = nowNs;
    nowNs += 300;
    all.get("a").answered(all.get("b").asked(ask, nowNs).orElseThrow(), nowNs);
    assertThat(all.get("a").leases(nowNs)).containsEntry("key", askedNs + LEASE_NS - HANG_NS);
    nowNs = askedNs + LEASE_NS - HANG_NS;
    assertThat(holds("a")).isFalse();
    assertThat(all.get("a").reachesMajority(nowNs)).isFalse();
  }

  @Test
  void what_is_promised_is_granted_to_nobody_else_until_the_lease_is_over() {
    asks("a", KEY, "b");
    nowNs += 10;
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
    nowNs += LEASE_NS;
    asks("c", KEY, "b");
    assertThat(holds("c")).as("clocks may differ").isFalse();
    nowNs += LEASE_NS / 8;
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }

  @Test
  void what_is_given_back_is_granted_to_others_at_once() {
    asks("a", KEY, "b");
    nowNs += 10;
    asks("a", Set.of(), "b");
    assertThat(holds("a")).isFalse();
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }

  @Test
  void an_answer_that_was_given_before_a_key_was_given_back_does_not_count() {
    VipVotes.Ask ask = all.get("a").tick(KEY, nowNs).orElseThrow();
    VipVotes.Answer late = all.get("b").asked(ask, nowNs).orElseThrow();
    asks("a", Set.of());
    asks("a", KEY);
    all.get("a").answered(late, nowNs);
    assertThat(holds("a")).isFalse();
  }

  @Test
  void an_ask_that_was_overtaken_gives_nothing_back() {
    VipVotes.Ask early = all.get("a").tick(Set.of(), nowNs).orElseThrow();
    asks("a", KEY, "b");
    assertThat(all.get("b").asked(early, nowNs)).isEmpty();
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
  }

  @Test
  void a_voter_that_begins_promises_nothing_for_the_time_of_a_lease() {
    asks("a", KEY, "b");
    all.put("b", votes("b", 2));
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
    assertThat(all.get("c").reachesMajority(nowNs)).isTrue();
  }

  @Test
  void a_node_that_begins_anew_is_heard_and_its_old_life_is_not() {
    VipVotes before = all.get("a");
    asks("a", KEY, "b");
    all.put("a", votes("a", 2));
    asks("a", KEY, "b");
    nowNs += LEASE_NS / 8;
    VipVotes.Ask old = before.tick(Set.of(), nowNs).orElseThrow();
    assertThat(all.get("b").asked(old, nowNs)).isEmpty();
  }

  @Test
  void who_asks_in_vain_rests_so_that_votes_get_free() {
    asks("c", KEY, "c");
    asks("b", KEY, "b");
    int rests = 0;
    for (int i = 0; i < 20; i++) {
      nowNs = all.get("c").nextDeadlineNs();
      VipVotes.Ask ask = all.get("c").tick(KEY, nowNs).orElseThrow();
      rests += ask.wants().isEmpty() ? 1 : 0;
    }
    assertThat(rests).isBetween(5, 15);
  }

  @Test
  void who_is_not_one_of_the_nodes_is_not_answered() {
    assertThat(all.get("a").asked(new VipVotes.Ask("x", 1, 1, KEY), nowNs)).isEmpty();
    VipVotes.Ask ask = all.get("a").tick(KEY, nowNs).orElseThrow();
    all.get("a").answered(new VipVotes.Answer("x", 1, ask.round(), KEY), nowNs);
    all.get("a").answered(new VipVotes.Answer("y", 1, ask.round(), KEY), nowNs);
    assertThat(holds("a")).isFalse();
  }

  @Test
  void a_guard_that_needs_most_of_a_lease_is_refused() {
    assertThatThrownBy(() -> new VipVotes("a", NODES, 1, 1000, 501, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new VipVotes("x", NODES, 1, 1000, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
