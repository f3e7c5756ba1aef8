package io.steelyard.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.member.Member.Presence;
import io.steelyard.cluster.member.Membership.Change;
import io.steelyard.cluster.member.Membership.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MembershipTest {
  private static final long MS = 1_000_000;
  private static final NodeReport READY =
      new NodeReport("1", "r1", "", NodeReport.State.READY, 0, 0, List.of(), 10_000);
  private static final NodeReport LEAVING =
      new NodeReport("1", "r1", "", NodeReport.State.LEAVING, 0, 0, List.of(), 10_000);

  private final Membership one = member("lb1", 1);
  private final Membership two = member("lb2", 2);
  private final List<Change> changes = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);

  private static Membership member(String name, long incarnation) {
    Membership member =
        new Membership(name, incarnation, incarnation * 31, MembershipOptions.DEFAULT, 0);
    member.nodes(2);
    return member;
  }

  private Verdict say(Membership from, NodeReport report, Membership to, long nowMs) {
    return to.received(from.beat(report, nowMs * MS), "192.0.2.2", nowMs * MS, nowMs, changes);
  }

  @Test
  void a_node_that_speaks_is_heard_and_told_of_once() {
    assertThat(say(two, READY, one, 10)).isEqualTo(Verdict.TAKEN);
    assertThat(say(two, READY, one, 60)).isEqualTo(Verdict.TAKEN);
    assertThat(changes).hasSize(1);
    Member member = one.members(60 * MS).getFirst();
    assertThat(member.node()).isEqualTo("lb2");
    assertThat(member.presence()).isEqualTo(Presence.HEARD);
    assertThat(member.hearsUs()).isFalse();
    say(one, READY, two, 61);
    say(two, READY, one, 62);
    assertThat(one.members(62 * MS).getFirst().hearsUs()).isTrue();
  }

  @Test
  void a_pause_of_300_ms_changes_nothing() {
    say(two, READY, one, 10);
    changes.clear();
    assertThat(one.tick(310 * MS, random)).isEmpty();
    say(two, READY, one, 310);
    assertThat(changes).isEmpty();
  }

  @Test
  void silence_is_loss_and_a_beat_brings_it_back() {
    say(two, READY, one, 10);
    assertThat(one.tick(1_000 * MS, random)).isEmpty();
    List<Change> lost = one.tick(1_011 * MS, random);
    assertThat(lost).extracting(c -> c.now().presence()).containsExactly(Presence.LOST);
    assertThat(one.tick(1_012 * MS, random)).isEmpty();
    changes.clear();
    say(two, READY, one, 1_100);
    assertThat(changes).extracting(c -> c.now().presence()).containsExactly(Presence.HEARD);
  }

  @Test
  void who_says_that_it_leaves_has_left_and_is_not_lost() {
    say(two, READY, one, 10);
    say(two, LEAVING, one, 60);
    assertThat(one.tick(2_000 * MS, random))
        .extracting(c -> c.now().presence())
        .containsExactly(Presence.LEFT);
  }

  @Test
  void beats_that_are_repeated_or_overtaken_are_old() {
    Beat first = two.beat(READY, 10 * MS);
    Beat second = two.beat(READY, 60 * MS);
    assertThat(one.received(second, "", 60 * MS, 60, changes)).isEqualTo(Verdict.TAKEN);
    assertThat(one.received(first, "", 61 * MS, 61, changes)).isEqualTo(Verdict.OLD);
    assertThat(one.received(second, "", 61 * MS, 61, changes)).isEqualTo(Verdict.OLD);
  }

  @Test
  void an_earlier_life_is_old_and_a_later_one_is_told_of() {
    Membership reborn = member("lb2", 3);
    say(reborn, READY, one, 10);
    assertThat(say(two, READY, one, 20)).isEqualTo(Verdict.OLD);
    changes.clear();
    say(member("lb2", 4), READY, one, 30);
    assertThat(changes).hasSize(1);
  }

  @Test
  void another_node_of_the_same_name_is_no_friend() {
    Membership namesake = new Membership("lb1", 1, 99, MembershipOptions.DEFAULT, 0);
    assertThat(say(namesake, READY, one, 10)).isEqualTo(Verdict.SAME_NAME);
    assertThat(say(one, READY, one, 10)).isEqualTo(Verdict.OWN);
  }

  @Test
  void of_too_many_nodes_those_that_are_gone_are_forgotten_first() {
    MembershipOptions few =
        new MembershipOptions(
            MembershipOptions.DEFAULT.beat(),
            MembershipOptions.DEFAULT.silence(),
            MembershipOptions.DEFAULT.lease(),
            2);
    Membership small = new Membership("lb1", 1, 1, few, 0);
    say(two, READY, small, 10);
    say(member("lb3", 3), READY, small, 10);
    assertThat(say(member("lb4", 4), READY, small, 10)).isEqualTo(Verdict.FULL);
    small.tick(2_000 * MS, random);
    assertThat(say(member("lb4", 4), READY, small, 2_000)).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void clocks_that_differ_are_seen() {
    one.received(two.beat(READY, 10 * MS), "", 10 * MS, 4_000, changes);
    assertThat(one.members(10 * MS).getFirst().clockAhead().toMillis()).isEqualTo(6_000);
  }

  @Test
  void a_lease_needs_more_than_half_of_all_nodes() {
    Set<String> vip = Set.of("v");
    one.nodes(3);
    two.nodes(3);
    one.wants(vip, 1_000 * MS);
    assertThat(one.holds("v", 1_000 * MS)).isFalse();
    say(one, READY, two, 1_000);
    assertThat(one.holds("v", 1_000 * MS)).isFalse();
    say(two, READY, one, 1_010);
    assertThat(one.holds("v", 1_010 * MS)).isTrue();
    assertThat(two.votedFor("v", 1_010 * MS)).isEqualTo("lb1");
    // It counts from when it was asked for.
    assertThat(one.holds("v", 1_399 * MS)).isTrue();
    assertThat(one.holds("v", 1_400 * MS)).isFalse();
    assertThat(one.heldUntilNs("v", 1_010 * MS)).isEqualTo(1_400 * MS);
    assertThat(one.heldUntilNs("w", 1_010 * MS)).isEqualTo(1_010 * MS);
  }

  @Test
  void a_voter_promises_nothing_to_another_until_the_lease_is_over_or_given_up() {
    Membership three = member("lb3", 3);
    one.wants(Set.of("v"), 1_000 * MS);
    say(one, READY, two, 1_000);
    three.wants(Set.of("v"), 1_100 * MS);
    say(three, READY, two, 1_100);
    assertThat(two.votedFor("v", 1_100 * MS)).isEqualTo("lb1");
    one.wants(Set.of(), 1_150 * MS);
    say(one, READY, two, 1_150);
    assertThat(two.votedFor("v", 1_150 * MS)).isEmpty();
    say(three, READY, two, 1_160);
    assertThat(two.votedFor("v", 1_160 * MS)).isEqualTo("lb3");
  }

  @Test
  void a_voter_that_has_just_started_promises_nothing_yet() {
    one.wants(Set.of("v"), 100 * MS);
    say(one, READY, two, 100);
    assertThat(two.votedFor("v", 100 * MS)).isEmpty();
  }

  @Test
  void a_beat_that_was_overtaken_gives_nothing_back() {
    Beat early = one.beat(READY, 990 * MS);
    one.wants(Set.of("v"), 1_000 * MS);
    say(one, READY, two, 1_000);
    assertThat(two.received(early, "", 1_010 * MS, 1_010, changes)).isEqualTo(Verdict.OLD);
    assertThat(two.votedFor("v", 1_010 * MS)).isEqualTo("lb1");
  }

  @Test
  void a_process_that_takes_over_goes_on_with_what_was_promised_to_the_one_before() {
    Set<String> vip = Set.of("v");
    one.wants(vip, 1_000 * MS);
    say(one, READY, two, 1_000);
    changes.clear();
    Beat last = one.beat(READY, 1_020 * MS);
    Membership next =
        new Membership("lb1", one.life().next(), MembershipOptions.DEFAULT, 1_050 * MS);
    next.nodes(3);
    next.wants(vip, 1_050 * MS);
    say(next, READY, two, 1_050);
    assertThat(changes).isEmpty();
    assertThat(two.received(last, "", 1_051 * MS, 1_051, changes)).isEqualTo(Verdict.OLD);
    assertThat(next.holds("v", 1_060 * MS)).isFalse();
    say(two, READY, next, 1_060);
    assertThat(next.holds("v", 1_060 * MS)).as("with its own vote").isTrue();
  }
}
