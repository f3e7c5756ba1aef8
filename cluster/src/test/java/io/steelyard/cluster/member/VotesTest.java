package io.steelyard.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Leases that a majority grants: the rules, one by one. */
final class VotesTest {
  private static final long LEASE_NS = 1000;
  private static final int NODES = 3;
  private static final Set<String> KEY = Set.of("key");
  private static final Set<String> NOTHING = Set.of();

  /** Times overflow in the middle. */
  private long nowNs = Long.MAX_VALUE - 1500;

  private final Map<String, Votes> all = new TreeMap<>();
  private final Map<String, Long> lives = new TreeMap<>();

  VotesTest() {
    List.of("a", "b", "c").forEach(this::begin);
    nowNs += 2 * LEASE_NS;
  }

  private void begin(String name) {
    begin(name, LEASE_NS);
  }

  private void begin(String name, long leaseNs) {
    lives.merge(name, 1L, Long::sum);
    all.put(name, new Votes(name, lives.get(name), leaseNs, 0, nowNs));
  }

  /** It asks these, and they answer. */
  private void asks(String from, Set<String> wants, String... to) {
    Votes votes = all.get(from);
    votes.wants(wants, nowNs);
    List<String> asks = votes.asks(nowNs);
    votes.asked(from, lives.get(from), asks, nowNs, nowNs);
    votes.answered(from, votes.cast(nowNs), nowNs);
    for (String other : to) {
      all.get(other).asked(from, lives.get(from), asks, nowNs, nowNs);
      votes.answered(other, all.get(other).cast(nowNs), nowNs);
    }
  }

  private boolean holds(String node) {
    return all.get(node).holds("key", NODES, nowNs);
  }

  @Test
  void its_own_vote_is_no_majority_and_with_another_one_it_is() {
    asks("a", KEY);
    assertThat(holds("a")).isFalse();
    asks("a", KEY, "b");
    assertThat(holds("a")).isTrue();
  }

  @Test
  void a_lease_counts_from_when_it_was_asked_for() {
    Votes a = all.get("a");
    a.wants(KEY, nowNs);
    long askedNs = nowNs;
    a.asked("a", 1, a.asks(nowNs), nowNs, nowNs);
    a.answered("a", a.cast(nowNs), nowNs);
    nowNs += 300;
    all.get("b").asked("a", 1, List.of("key"), askedNs, nowNs);
    nowNs += 300;
    a.answered("b", all.get("b").cast(nowNs), nowNs);
    assertThat(a.heldUntilNs("key", NODES, nowNs)).isEqualTo(askedNs + LEASE_NS);
    nowNs = askedNs + LEASE_NS - 1;
    assertThat(holds("a")).isTrue();
    nowNs++;
    assertThat(holds("a")).isFalse();
    assertThat(a.heldUntilNs("key", NODES, nowNs) - nowNs).isNotPositive();
  }

  @Test
  void what_is_promised_is_granted_to_nobody_else_until_the_lease_is_over_by_any_clock() {
    asks("a", KEY, "b");
    nowNs += 10;
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
    nowNs += LEASE_NS - 10;
    asks("c", KEY, "b");
    assertThat(holds("c")).as("clocks may differ").isFalse();
    nowNs += LEASE_NS * Votes.DRIFT_PERCENT / 100;
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }

  @Test
  void what_is_given_back_is_granted_to_others_at_once() {
    asks("a", KEY, "b");
    nowNs += 10;
    asks("a", NOTHING, "b");
    assertThat(holds("a")).isFalse();
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }

  @Test
  void an_answer_that_was_given_before_a_key_was_given_back_does_not_count() {
    asks("a", KEY);
    all.get("b").asked("a", 1, List.of("key"), nowNs, nowNs);
    List<Vote> late = all.get("b").cast(nowNs);
    nowNs += 10;
    asks("a", NOTHING);
    asks("a", KEY);
    all.get("a").answered("b", late, nowNs);
    assertThat(holds("a")).isFalse();
  }

  @Test
  void a_voter_that_begins_promises_nothing_for_the_time_of_a_lease() {
    asks("a", KEY, "b");
    begin("b");
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
    nowNs += LEASE_NS;
    asks("c", KEY, "b");
    assertThat(holds("c")).as("clocks may differ").isFalse();
    nowNs += LEASE_NS * Votes.DRIFT_PERCENT / 100;
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }

  /** It did: another host that was given the same name let a third one in. */
  @Test
  void another_life_that_asks_for_nothing_does_not_give_back_what_an_earlier_one_was_promised() {
    asks("a", KEY, "b");
    begin("a");
    asks("a", NOTHING, "b");
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
    asks("a", KEY, "b");
    assertThat(holds("a")).isFalse();
  }

  /**
   * It did not: while an interval was changed on one node after the other there were two owners.
   */
  @Test
  void a_vote_is_good_for_no_longer_than_the_voter_promises() {
    begin("a", 10 * LEASE_NS);
    nowNs += 11 * LEASE_NS;
    asks("a", KEY, "b");
    assertThat(all.get("a").heldUntilNs("key", NODES, nowNs)).isEqualTo(nowNs + LEASE_NS);
    asks("b", KEY);
    asks("c", KEY, "a");
    assertThat(all.get("c").heldUntilNs("key", NODES, nowNs) - nowNs).isNotPositive();
  }

  @Test
  void who_begins_anew_with_a_shorter_lease_waits_for_the_end_of_what_it_promised_before() {
    Votes b = new Votes("b", 1, LEASE_NS, 5 * LEASE_NS, nowNs);
    nowNs += 5 * LEASE_NS;
    b.asked("a", 1, List.of("key"), nowNs, nowNs);
    assertThat(b.cast(nowNs)).isEmpty();
    nowNs += LEASE_NS;
    b.asked("a", 1, List.of("key"), nowNs, nowNs);
    assertThat(b.cast(nowNs)).hasSize(1);
  }

  @Test
  void who_asks_in_vain_is_silent_for_a_while() {
    asks("a", KEY);
    all.get("a").giveWay(NODES, 0, nowNs);
    assertThat(all.get("a").asks(nowNs)).isNotEmpty();
    nowNs += 2 * LEASE_NS + 1;
    all.get("a").giveWay(NODES, 0.5, nowNs);
    assertThat(all.get("a").asks(nowNs)).isEmpty();
    assertThat(all.get("a").promisedTo("key", nowNs)).isEmpty();
    nowNs += 2 * LEASE_NS;
    assertThat(all.get("a").asks(nowNs)).isNotEmpty();
  }

  /** Each has its own vote, and the third node is not there. */
  private void split() {
    asks("a", KEY);
    asks("b", KEY, "a");
    all.get("a").answered("b", all.get("b").cast(nowNs), nowNs);
  }

  /** They asked for two leases in vain, all of them: another owner was there after five seconds. */
  @Test
  void of_those_that_split_the_votes_all_but_one_are_silent_at_once() {
    split();
    all.get("a").giveWay(NODES, 0, nowNs);
    all.get("b").giveWay(NODES, 0, nowNs);
    assertThat(all.get("a").asks(nowNs)).isNotEmpty();
    assertThat(all.get("b").asks(nowNs)).isEmpty();
    all.get("a").answered("b", all.get("b").cast(nowNs), nowNs);
    asks("a", KEY, "b");
    assertThat(holds("a")).isTrue();
  }

  @Test
  void votes_are_not_split_while_somebody_may_still_vote_for_it() {
    split();
    all.get("b").answered("c", List.of(), nowNs);
    all.get("b").giveWay(NODES, 0, nowNs);
    assertThat(all.get("b").asks(nowNs)).isNotEmpty();
  }

  @Test
  void who_waits_for_what_another_one_holds_goes_on_asking() {
    asks("a", KEY, "b", "c");
    for (int i = 0; i < 50; i++) {
      nowNs += 100;
      asks("a", KEY, "b", "c");
      asks("c", KEY, "b");
      all.get("c").giveWay(NODES, 0, nowNs);
      assertThat(all.get("c").asks(nowNs)).isNotEmpty();
    }
    asks("a", NOTHING, "b", "c");
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }

  private Votes goesOn(String name) {
    Votes former = all.get(name);
    Votes next = new Votes(name, lives.get(name), LEASE_NS, 0, nowNs);
    next.goOn(
        new Membership.Life(
            lives.get(name),
            0,
            1,
            LEASE_NS,
            former.votesFromNs(),
            former.promised(),
            former.granted()),
        nowNs);
    all.put(name, next);
    return next;
  }

  /** It abstained for a lease: with one node of three away nobody could take over and keep it. */
  @Test
  void a_process_that_goes_on_holds_what_the_former_one_held_and_votes_at_once() {
    asks("a", KEY, "b");
    goesOn("a").wants(KEY, nowNs);
    assertThat(holds("a")).isTrue();
    nowNs += LEASE_NS / 2;
    asks("a", KEY, "b");
    nowNs += LEASE_NS * 3 / 4;
    assertThat(holds("a")).isTrue();
  }

  @Test
  void a_process_that_goes_on_keeps_what_the_former_one_promised() {
    asks("a", KEY, "b");
    goesOn("b");
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
    nowNs += LEASE_NS / 2;
    asks("c", KEY, "b");
    assertThat(holds("c")).isFalse();
  }

  /** It may have promised something in the life before. */
  @Test
  void a_process_that_goes_on_waits_as_long_as_the_former_one_would_have() {
    begin("b");
    nowNs += LEASE_NS / 2;
    goesOn("b");
    asks("a", KEY, "b");
    assertThat(holds("a")).isFalse();
    nowNs += LEASE_NS;
    asks("a", KEY, "b");
    assertThat(holds("a")).isTrue();
  }

  @Test
  void what_a_process_that_goes_on_does_not_want_is_given_back() {
    asks("a", KEY, "b");
    goesOn("a").wants(NOTHING, nowNs);
    assertThat(holds("a")).isFalse();
    asks("a", NOTHING, "b");
    asks("c", KEY, "b");
    assertThat(holds("c")).isTrue();
  }
}
