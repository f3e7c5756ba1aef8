package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node does with its virtual routers when something about itself changes. */
final class VipNodeTest {
  private static final long MS = 1_000_000;
  private static final VipId ONE = new VipId("eth0", 51, false);
  private static final VipId TWO = new VipId("eth1", 52, false);
  private static final InetAddress OWN = SimulatedHost.address(10);
  private static final InetAddress PEER = SimulatedHost.address(9);

  private long nowNs = Long.MIN_VALUE + 7;
  private VipElection election;

  private static VipOptions vip(VipId id, int priority, String group) {
    return new VipOptions(
        id,
        List.of(new VipAddress(SimulatedHost.address(100 + id.routerId()), 24)),
        priority,
        Duration.ofMillis(100),
        true,
        Duration.ZERO,
        group);
  }

  private static Map<VipId, InetAddress> sources(List<VipOptions> vips) {
    Map<VipId, InetAddress> sources = new HashMap<>();
    vips.forEach(vip -> sources.put(vip.id(), OWN));
    return sources;
  }

  private void create(VipExclusion exclusion, VipOptions... vips) {
    List<VipOptions> all = List.of(vips);
    election = new VipElection(all, sources(all), exclusion, nowNs);
  }

  private void owns(VipOptions... vips) {
    create(VipExclusion.NONE, vips);
    election.eligible(true, nowNs);
    passes(500);
    assertThat(election.owned()).hasSize(vips.length);
  }

  private int passes(long ms) {
    long endNs = nowNs + ms * MS;
    int taken = 0;
    while (election.nextDeadlineNs() - endNs <= 0) {
      nowNs = election.nextDeadlineNs();
      taken += election.tick(nowNs).take().size();
    }
    nowNs = endNs;
    return taken;
  }

  private Ready follows(VipOptions... vips) {
    List<VipOptions> all = List.of(vips);
    return election.follow(all, sources(all), nowNs);
  }

  private Ready hears(VipId id, int priority, InetAddress source) {
    List<InetAddress> addresses = List.of(SimulatedHost.address(100 + id.routerId()));
    return election.heard(
        new Advert(id, priority, Duration.ofMillis(100), addresses), source, nowNs);
  }

  private static void assertGivesUp(Ready ready, VipReason why, VipId... ids) {
    assertThat(ready.release()).containsExactlyInAnyOrder(ids);
    assertThat(ready.send()).extracting(Advert::id).containsExactlyInAnyOrder(ids);
    assertThat(ready.send()).allMatch(a -> a.priority() == 0);
    assertThat(ready.take()).isEmpty();
    assertThat(ready.announce()).isEmpty();
    for (VipId id : ids) {
      assertThat(ready.events()).contains(new VipEvent.GivenUp(id, why));
    }
  }

  // ---- ready to serve

  @Test
  void a_node_that_is_not_eligible_takes_nothing() {
    create(VipExclusion.NONE, vip(ONE, 100, ""));
    assertThat(passes(10_000)).isZero();
    assertThat(election.status(nowNs).getFirst().hindrance()).contains(VipReason.NOT_READY);
    election.eligible(true, nowNs);
    assertThat(passes(300)).isZero();
    assertThat(passes(100)).isOne();
  }

  @Test
  void a_node_that_is_not_eligible_any_more_gives_all_up() {
    owns(vip(ONE, 100, ""), vip(TWO, 100, ""));
    assertGivesUp(election.eligible(false, nowNs), VipReason.NOT_READY, ONE, TWO);
    assertThat(passes(10_000)).isZero();
  }

  @Test
  void a_node_that_stops_gives_all_up_and_takes_nothing_any_more() {
    owns(vip(ONE, 100, ""), vip(TWO, 100, ""));
    assertGivesUp(election.stop(nowNs), VipReason.STOPPED, ONE, TWO);
    election.eligible(true, nowNs);
    assertThat(passes(10_000)).isZero();
    assertThat(election.stop(nowNs).isEmpty()).isTrue();
  }

  // ---- tracking

  @Test
  void a_penalty_lowers_the_priority_and_others_hear_of_it_at_once() {
    owns(vip(ONE, 100, ""));
    election.track(ONE, new VipPenalty(30, 0), nowNs);
    assertThat(election.tick(nowNs).send()).extracting(Advert::priority).containsExactly(70);
    assertThat(hears(ONE, 80, PEER).release()).containsExactly(ONE);
  }

  @Test
  void what_has_no_priority_left_is_given_up_and_taken_again_when_it_has() {
    owns(vip(ONE, 100, ""), vip(TWO, 100, ""));
    assertGivesUp(election.track(ONE, new VipPenalty(100, 0), nowNs), VipReason.TRACKED, ONE);
    assertThat(election.owned()).containsExactly(TWO);
    assertThat(passes(1000)).isZero();
    election.track(ONE, new VipPenalty(99, 0), nowNs);
    assertThat(passes(1000)).isOne();
  }

  // ---- quorum

  @Test
  void without_quorum_nothing_is_taken_if_it_is_needed() {
    create(VipExclusion.LEASE, vip(ONE, 100, ""));
    election.eligible(true, nowNs);
    leased(20_000);
    assertThat(passes(10_000)).isZero();
    assertThat(election.status(nowNs).getFirst().hindrance()).contains(VipReason.NO_QUORUM);
    election.quorum(true, nowNs);
    leased(20_000);
    assertThat(passes(1000)).isOne();
  }

  @Test
  void who_loses_the_majority_gives_all_up_at_once() {
    createWithLease();
    passes(1000);
    leased(500);
    assertGivesUp(election.quorum(false, nowNs), VipReason.NO_QUORUM, ONE);
  }

  @Test
  void where_no_quorum_is_needed_it_does_not_matter() {
    owns(vip(ONE, 100, ""));
    assertThat(election.quorum(false, nowNs).isEmpty()).isTrue();
  }

  // ---- leases

  private void createWithLease() {
    create(VipExclusion.LEASE, vip(ONE, 100, ""));
    election.eligible(true, nowNs);
    election.quorum(true, nowNs);
  }

  private Ready leased(long forMs) {
    return election.leases(Map.of("51/192.0.2.151", nowNs + forMs * MS), nowNs);
  }

  @Test
  void what_nobody_owns_is_wanted_and_taken_with_its_lease() {
    createWithLease();
    assertThat(election.wanted()).isEmpty();
    assertThat(passes(1000)).isZero();
    assertThat(election.wanted()).containsExactly("51/192.0.2.151");
    assertThat(election.status(nowNs).getFirst().hindrance()).contains(VipReason.NO_LEASE);
    assertThat(leased(500).take()).containsExactly(ONE);
    assertThat(election.wanted()).containsExactly("51/192.0.2.151");
  }

  @Test
  void what_has_no_lease_any_more_is_given_up_at_once() {
    createWithLease();
    passes(1000);
    leased(500);
    assertGivesUp(election.leases(Map.of(), nowNs), VipReason.NO_LEASE, ONE);
  }

  @Test
  void what_is_owned_is_given_up_when_its_lease_is_over_without_being_told() {
    createWithLease();
    passes(1000);
    leased(500);
    long endNs = nowNs + 500 * MS;
    while (election.owned().contains(ONE)) {
      nowNs = election.nextDeadlineNs();
      election.tick(nowNs);
    }
    assertThat(nowNs).isEqualTo(endNs);
  }

  @Test
  void a_weaker_owner_is_asked_to_give_up_before_it_is_preempted() {
    createWithLease();
    int said = 0;
    for (int i = 0; i < 20; i++) {
      nowNs += 50 * MS;
      Ready ready = i % 2 == 0 ? hears(ONE, 50, PEER) : election.tick(nowNs);
      assertThat(ready.take()).isEmpty();
      said += (int) ready.send().stream().filter(a -> a.priority() == 100).count();
    }
    assertThat(said).isBetween(4, 7);
    hears(ONE, 0, PEER);
    assertThat(leased(500).take()).containsExactly(ONE);
  }

  // ---- adoption

  @Test
  void what_another_process_owned_is_owned_without_a_gap() {
    create(VipExclusion.NONE, vip(ONE, 100, ""), vip(TWO, 100, ""));
    election.eligible(true, nowNs);
    Ready ready = election.adopt(Set.of(ONE), nowNs);
    assertThat(ready.release()).isEmpty();
    assertThat(ready.send()).extracting(Advert::priority).containsExactly(100);
    assertThat(ready.take()).containsExactly(ONE);
    assertThat(ready.announce()).containsExactly(ONE);
    assertThat(election.owned()).containsExactly(ONE);
  }

  /** It did not, since it had never been a backup that became able to. */
  @Test
  void what_was_adopted_and_lost_is_preempted_like_anything_else() {
    create(VipExclusion.NONE, vip(ONE, 100, ""));
    election.eligible(true, nowNs);
    election.adopt(Set.of(ONE), nowNs);
    assertThat(hears(ONE, 200, PEER).release()).containsExactly(ONE);
    assertThat(passes(200)).isZero();
    hears(ONE, 50, PEER);
    assertThat(passes(200)).isOne();
  }

  @Test
  void what_is_not_known_here_or_may_not_be_owned_is_not_adopted_but_released() {
    create(VipExclusion.NONE, vip(ONE, 100, ""));
    Ready early = election.adopt(Set.of(ONE, TWO), nowNs);
    assertThat(early.release()).containsExactly(ONE, TWO);
    assertThat(early.take()).isEmpty();
    election.eligible(true, nowNs);
    assertThat(election.adopt(Set.of(TWO), nowNs).release()).containsExactly(TWO);
  }

  @Test
  void what_is_inherited_is_wanted_and_owned_with_its_lease_without_a_gap() {
    create(VipExclusion.LEASE, vip(ONE, 100, ""));
    assertThat(election.inherit(Map.of(ONE, nowNs + 400 * MS), nowNs).isEmpty()).isTrue();
    assertThat(election.wanted()).containsExactly("51/192.0.2.151");
    election.eligible(true, nowNs);
    assertThat(leased(500).take()).as("it hears nobody yet").isEmpty();
    election.quorum(true, nowNs);
    Ready ready = leased(500);
    assertThat(ready.release()).isEmpty();
    assertThat(ready.take()).containsExactly(ONE);
    assertThat(passes(450)).isZero();
    assertThat(election.owned()).containsExactly(ONE);
  }

  @Test
  void what_is_inherited_and_not_leased_in_time_is_released_when_the_former_lease_is_over() {
    createWithLease();
    long endNs = nowNs + 300 * MS;
    election.inherit(Map.of(ONE, endNs), nowNs);
    Ready ready = election.tick(nowNs);
    while (ready.release().isEmpty()) {
      nowNs = election.nextDeadlineNs();
      ready = election.tick(nowNs);
    }
    assertThat(nowNs).isEqualTo(endNs);
    assertThat(ready.release()).containsExactly(ONE);
    assertThat(election.wanted()).isEmpty();
  }

  /** It stayed, and its lease was given back: seed 3646. */
  @Test
  void what_is_inherited_is_wanted_though_its_group_has_grown() {
    create(VipExclusion.LEASE, vip(ONE, 100, "both"));
    election.inherit(Map.of(ONE, nowNs + 300 * MS), nowNs);
    follows(vip(ONE, 100, "both"), vip(TWO, 100, "both"));
    assertThat(election.wanted()).containsExactly("group both");
  }

  @Test
  void what_is_inherited_and_not_configured_is_released_at_once() {
    createWithLease();
    Map<VipId, Long> untilNs = Map.of(ONE, nowNs + 300 * MS, TWO, nowNs + 300 * MS);
    assertThat(election.inherit(untilNs, nowNs).release()).containsExactly(TWO);
    assertThat(follows().release()).containsExactly(ONE);
  }

  @Test
  void what_is_inherited_is_released_by_one_that_stops() {
    createWithLease();
    election.inherit(Map.of(ONE, nowNs + 300 * MS), nowNs);
    assertThat(election.stop(nowNs).release()).containsExactly(ONE);
  }

  /** It was not, and stayed on the host when yet another process took over. */
  @Test
  void what_is_inherited_and_not_owned_yet_is_handed_over_again() {
    createWithLease();
    long endNs = nowNs + 300 * MS;
    election.inherit(Map.of(ONE, endNs), nowNs);
    assertThat(election.ownedUntilNs()).containsOnly(Map.entry(ONE, endNs));
    leased(500);
    assertThat(election.ownedUntilNs()).containsOnly(Map.entry(ONE, nowNs + 500 * MS));
  }

  // ---- changes of the configuration

  @Test
  void what_does_not_change_is_not_touched() {
    owns(vip(ONE, 100, ""));
    assertThat(follows(vip(ONE, 100, "")).isEmpty()).isTrue();
    Ready more = follows(vip(ONE, 100, ""), vip(TWO, 100, ""));
    assertThat(more.isEmpty()).isTrue();
    assertThat(election.owned()).containsExactly(ONE);
    assertThat(passes(1000)).isOne();
  }

  @Test
  void what_is_removed_is_given_up() {
    owns(vip(ONE, 100, ""), vip(TWO, 100, ""));
    assertGivesUp(follows(vip(TWO, 100, "")), VipReason.REMOVED, ONE);
    assertThat(election.owned()).containsExactly(TWO);
  }

  @Test
  void another_priority_is_said_at_once_without_giving_up() {
    owns(vip(ONE, 100, ""));
    assertThat(follows(vip(ONE, 50, "")).release()).isEmpty();
    assertThat(election.tick(nowNs).send()).extracting(Advert::priority).containsExactly(50);
  }

  @Test
  void another_address_is_taken_at_once() {
    owns(vip(ONE, 100, ""));
    VipOptions vip = vip(ONE, 100, "");
    List<VipAddress> moved = List.of(new VipAddress(SimulatedHost.address(99), 24));
    Ready ready =
        follows(
            new VipOptions(
                ONE, moved, 100, vip.advertise(), vip.preempt(), vip.preemptDelay(), ""));
    assertThat(ready.release()).isEmpty();
    assertThat(ready.take()).containsExactly(ONE);
    assertThat(ready.announce()).containsExactly(ONE);
    assertThat(election.tick(nowNs).send().getFirst().addresses())
        .containsExactly(SimulatedHost.address(99));
  }

  // ---- groups

  @Test
  void a_group_is_taken_together() {
    create(VipExclusion.NONE, vip(ONE, 100, "both"), vip(TWO, 150, "both"));
    election.eligible(true, nowNs);
    for (int i = 0; i < 10; i++) {
      assertThat(hears(ONE, 200, PEER).take()).isEmpty();
      assertThat(passes(100)).as("the other one has no owner").isZero();
    }
    assertThat(passes(400)).isEqualTo(2);
  }

  @Test
  void a_group_is_given_up_together_to_a_stronger_owner_of_one() {
    owns(vip(ONE, 100, "both"), vip(TWO, 100, "both"));
    Ready ready = hears(TWO, 101, PEER);
    assertThat(ready.release()).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(ready.events())
        .contains(
            new VipEvent.GivenUp(TWO, VipReason.STRONGER),
            new VipEvent.GivenUp(ONE, VipReason.GROUP));
  }

  @Test
  void a_group_is_given_up_together_when_one_cannot_be_owned() {
    owns(vip(ONE, 100, "both"), vip(TWO, 100, "both"));
    assertGivesUp(election.track(ONE, new VipPenalty(255, 0), nowNs), VipReason.TRACKED, ONE, TWO);
  }

  @Test
  void a_group_has_the_priority_of_its_lowest_and_the_penalties_of_all() {
    owns(vip(ONE, 100, "both"), vip(TWO, 150, "both"));
    election.track(ONE, new VipPenalty(10, 0), nowNs);
    election.track(TWO, new VipPenalty(5, 0), nowNs);
    assertThat(election.status(nowNs)).extracting(VipStatus::priority).containsExactly(85, 85);
    assertThat(election.tick(nowNs).send()).extracting(Advert::priority).containsExactly(85, 85);
  }

  /** Both had a dead pool, and then nobody owned the group. */
  @Test
  void soft_penalties_of_all_of_a_group_leave_it_to_its_owner() {
    owns(vip(ONE, 100, "both"), vip(TWO, 150, "both"));
    election.track(ONE, new VipPenalty(0, 254), nowNs);
    election.track(TWO, new VipPenalty(0, 254), nowNs);
    assertThat(election.owned()).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(election.status(nowNs)).extracting(VipStatus::priority).containsExactly(1, 1);
    assertGivesUp(
        election.track(TWO, new VipPenalty(100, 254), nowNs), VipReason.TRACKED, ONE, TWO);
  }

  @Test
  void what_joins_a_group_that_is_owned_is_owned_too() {
    owns(vip(ONE, 100, "both"));
    Ready ready = follows(vip(ONE, 100, "both"), vip(TWO, 100, "both"));
    assertThat(ready.release()).isEmpty();
    assertThat(ready.take()).containsExactly(TWO);
  }

  @Test
  void a_part_of_a_group_is_not_adopted() {
    create(VipExclusion.NONE, vip(ONE, 100, "both"), vip(TWO, 100, "both"));
    election.eligible(true, nowNs);
    assertThat(election.adopt(Set.of(ONE), nowNs).release()).containsExactly(ONE);
    assertThat(election.adopt(Set.of(ONE, TWO), nowNs).take()).containsExactlyInAnyOrder(ONE, TWO);
  }
}
