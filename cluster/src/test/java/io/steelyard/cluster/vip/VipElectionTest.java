package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of RFC 9568, section 6.4, and what is added to them. */
final class VipElectionTest {
  private static final long MS = 1_000_000;

  /** Near the end of what a long can count, as a clock may be. */
  private static final long START_NS = Long.MAX_VALUE - 200 * MS;

  private static final VipId ID = new VipId("eth0", 51, false);
  private static final VipId OTHER = new VipId("eth1", 52, false);
  private static final InetAddress OWN = SimulatedHost.address(10);
  private static final InetAddress LOWER = SimulatedHost.address(9);
  private static final InetAddress HIGHER = SimulatedHost.address(200);

  private long nowNs = START_NS;
  private VipElection election;

  private static VipOptions options(VipId id, int priority, boolean preempt, String group) {
    return new VipOptions(
        id,
        List.of(new VipAddress(SimulatedHost.address(100 + id.routerId()), 24)),
        priority,
        Duration.ofMillis(100),
        preempt,
        Duration.ZERO,
        group);
  }

  private static VipOptions options(int priority, boolean preempt) {
    return options(ID, priority, preempt, "");
  }

  private static Map<VipId, InetAddress> sources(List<VipOptions> vips) {
    Map<VipId, InetAddress> sources = new HashMap<>();
    vips.forEach(vip -> sources.put(vip.id(), OWN));
    return sources;
  }

  private void start(VipOptions... vips) {
    List<VipOptions> all = List.of(vips);
    election = new VipElection(all, sources(all), nowNs);
    election.eligible(true, nowNs);
  }

  /** As the owner of all that it is configured for. */
  private void startAsOwner(VipOptions... vips) {
    start(vips);
    assertThat(passes(500)).isEqualTo(vips.length);
  }

  /** Ticks when it wants to be ticked; how much was taken. */
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

  private Ready hears(VipId id, int priority, InetAddress source, long intervalMs) {
    List<InetAddress> addresses = List.of(SimulatedHost.address(100 + id.routerId()));
    Advert advert = new Advert(id, priority, Duration.ofMillis(intervalMs), addresses);
    return election.heard(advert, source, nowNs);
  }

  private Ready hears(int priority, InetAddress source) {
    return hears(ID, priority, source, 100);
  }

  /** For how many milliseconds nothing happens until it takes. */
  private long takesAfterMs() {
    long startNs = nowNs;
    while (nowNs - startNs < 10_000 * MS) {
      nowNs = election.nextDeadlineNs();
      if (!election.tick(nowNs).take().isEmpty()) {
        return (nowNs - startNs) / MS;
      }
    }
    return -1;
  }

  private VipStatus status() {
    return election.status(nowNs).getFirst();
  }

  // ---- backup

  @Test
  void a_backup_takes_when_nobody_is_heard_for_three_intervals_and_its_skew() {
    start(options(156, true));
    assertThat(takesAfterMs()).isEqualTo(300 + 100 * 100 / 256);
  }

  @Test
  void who_takes_says_so_first_and_announces_last() {
    start(options(156, true));
    // Before that it asks who has the address.
    nowNs += (300 + 100 * 100 / 256) * MS + MS;
    Ready ready = election.tick(nowNs);
    assertThat(ready.send()).extracting(Advert::priority).containsExactly(156);
    assertThat(ready.take()).containsExactly(ID);
    assertThat(ready.announce()).containsExactly(ID);
    assertThat(ready.events()).containsExactly(new VipEvent.Owned(ID, 156));
    assertThat(ready.release()).isEmpty();
    assertThat(status().owner()).contains(OWN);
  }

  @Test
  void a_backup_waits_anew_with_each_advert_of_a_stronger_owner() {
    start(options(156, true));
    for (int i = 0; i < 50; i++) {
      hears(200, LOWER);
      assertThat(passes(300)).isZero();
    }
    assertThat(status().owner()).contains(LOWER);
    assertThat(status().ownerPriority()).isEqualTo(200);
  }

  @Test
  void it_is_the_owners_interval_that_counts() {
    start(options(156, true));
    hears(ID, 200, LOWER, 1000);
    assertThat(takesAfterMs()).isEqualTo(3000 + 1000 * 100 / 256);
  }

  @Test
  void an_interval_from_the_network_is_bounded() {
    start(options(156, true));
    hears(ID, 200, LOWER, 0);
    assertThat(takesAfterMs()).isEqualTo(30 + 3);
  }

  @Test
  void a_backup_that_preempts_does_not_care_for_a_weaker_owner() {
    start(options(156, true));
    for (int i = 0; i < 3; i++) {
      hears(100, HIGHER);
      assertThat(passes(100)).isZero();
    }
    assertThat(takesAfterMs()).isEqualTo(39);
  }

  @Test
  void a_backup_of_the_same_priority_does_not_preempt() {
    start(options(156, true));
    for (int i = 0; i < 20; i++) {
      hears(156, LOWER);
      assertThat(passes(100)).isZero();
    }
  }

  @Test
  void a_backup_that_does_not_preempt_leaves_a_weaker_owner_alone() {
    start(options(156, false));
    for (int i = 0; i < 20; i++) {
      hears(100, LOWER);
      assertThat(passes(100)).isZero();
    }
  }

  @Test
  void an_owner_with_its_last_priority_is_relieved_even_by_one_that_does_not_preempt() {
    start(options(100, false));
    hears(VipOptions.LAST_RESORT, HIGHER);
    assertThat(takesAfterMs()).isPositive();
  }

  @Test
  void of_two_that_have_only_the_last_priority_the_owner_stays() {
    start(options(VipOptions.LAST_RESORT, false));
    for (int n = 0; n < 20; n++) {
      hears(VipOptions.LAST_RESORT, LOWER);
      assertThat(passes(100)).isZero();
    }
  }

  @Test
  void a_backup_preempts_only_when_it_has_been_able_to_for_long_enough() {
    VipOptions vip = options(156, true);
    Duration delay = Duration.ofSeconds(2);
    start(
        new VipOptions(
            ID, vip.addresses(), vip.priority(), vip.advertise(), true, delay, vip.group()));
    for (int i = 0; i < 20; i++) {
      hears(100, LOWER);
      assertThat(passes(100)).isZero();
    }
    assertThat(takesAfterMs()).isEqualTo(300 + 39 - 100);
  }

  @Test
  void when_the_owner_gives_up_a_backup_waits_for_its_skew_only() {
    start(options(156, true));
    hears(200, LOWER);
    hears(0, LOWER);
    assertThat(takesAfterMs()).isEqualTo(39);
  }

  @Test
  void who_gives_up_what_another_owns_does_not_end_the_wait_for_that_other() {
    start(options(156, true));
    hears(200, LOWER);
    hears(0, HIGHER);
    assertThat(takesAfterMs()).isEqualTo(339);
  }

  @Test
  void a_backup_that_was_stopped_listens_before_it_takes() {
    start(options(156, true));
    hears(200, LOWER);
    nowNs += 5000 * MS;
    assertThat(election.tick(nowNs).take()).isEmpty();
    hears(200, LOWER);
    assertThat(passes(300)).isZero();
    nowNs += 5000 * MS;
    assertThat(election.tick(nowNs).take()).isEmpty();
    assertThat(takesAfterMs()).isEqualTo(239);
  }

  // ---- owner

  @Test
  void an_owner_says_so_in_each_interval() {
    startAsOwner(options(156, true));
    int said = 0;
    long endNs = nowNs + 1000 * MS;
    while (election.nextDeadlineNs() - endNs < 0) {
      nowNs = election.nextDeadlineNs();
      said += election.tick(nowNs).send().size();
    }
    assertThat(said).isEqualTo(10);
  }

  @Test
  void an_owner_gives_up_at_once_to_one_of_higher_priority() {
    startAsOwner(options(156, true));
    Ready ready = hears(157, LOWER);
    assertThat(ready.release()).containsExactly(ID);
    assertThat(ready.events()).contains(new VipEvent.GivenUp(ID, VipReason.STRONGER));
    assertThat(status().role()).isEqualTo(VipRole.BACKUP);
  }

  /** So that it announces again: it may not have heard of this owner. */
  @Test
  void who_gives_up_to_a_stronger_owner_lets_it_know() {
    startAsOwner(options(156, true));
    assertThat(hears(157, LOWER).send()).extracting(Advert::priority).containsExactly(0);
  }

  @Test
  void of_two_owners_of_the_same_priority_the_one_with_the_higher_address_stays() {
    startAsOwner(options(156, true));
    assertThat(hears(156, LOWER).release()).isEmpty();
    assertThat(hears(156, HIGHER).release()).containsExactly(ID);
  }

  @Test
  void an_owner_answers_a_weaker_one_and_announces_again() {
    startAsOwner(options(156, true));
    passes(10_000);
    Ready ready = hears(100, HIGHER);
    assertThat(ready.release()).isEmpty();
    assertThat(ready.send()).extracting(Advert::priority).containsExactly(156);
    assertThat(ready.announce()).containsExactly(ID);
    assertThat(ready.events()).containsExactly(new VipEvent.SecondOwner(ID, HIGHER, 100));
    assertThat(status().secondOwners()).isOne();
  }

  @Test
  void who_advertises_without_end_does_not_make_an_owner_announce_without_end() {
    startAsOwner(options(156, true));
    passes(10_000);
    int announced = 0;
    int told = 0;
    for (int i = 0; i < 1000; i++) {
      Ready ready = hears(100, HIGHER);
      announced += ready.announce().size();
      told += ready.events().size();
      nowNs += MS;
    }
    assertThat(announced).isBetween(1, 20);
    assertThat(told).isOne();
  }

  @Test
  void an_owner_answers_one_that_gives_up() {
    startAsOwner(options(156, true));
    passes(10_000);
    Ready ready = hears(0, HIGHER);
    assertThat(ready.send()).extracting(Advert::priority).containsExactly(156);
    assertThat(ready.announce()).containsExactly(ID);
  }

  @Test
  void an_owner_announces_often_at_first_and_then_from_time_to_time() {
    start(options(156, true));
    takesAfterMs();
    long tookNs = nowNs;
    List<Long> atMs = new ArrayList<>();
    while (nowNs - tookNs < 70_000 * MS) {
      nowNs = election.nextDeadlineNs();
      if (!election.tick(nowNs).announce().isEmpty()) {
        atMs.add((nowNs - tookNs) / MS);
      }
    }
    assertThat(atMs).containsExactly(50L, 100L, 250L, 500L, 1000L, 2000L, 5000L, 35_000L, 65_000L);
  }

  // ---- pauses

  @Test
  void an_owner_that_was_stopped_for_two_intervals_goes_on() {
    startAsOwner(options(156, true));
    nowNs = election.nextDeadlineNs();
    election.tick(nowNs);
    nowNs += 300 * MS;
    Ready ready = election.tick(nowNs);
    assertThat(ready.release()).isEmpty();
    assertThat(ready.send()).hasSize(1);
  }

  @Test
  void an_owner_that_was_stopped_for_longer_gives_up_without_a_word_and_listens() {
    startAsOwner(options(156, true));
    nowNs += 5000 * MS;
    Ready ready = election.tick(nowNs);
    assertThat(ready.release()).containsExactly(ID);
    assertThat(ready.send()).isEmpty();
    assertThat(ready.events()).containsExactly(new VipEvent.GivenUp(ID, VipReason.PAUSED));
    assertThat(takesAfterMs()).isEqualTo(239);
  }

  @Test
  void an_owner_that_was_stopped_does_not_take_what_another_owns_by_now() {
    startAsOwner(options(156, false));
    nowNs += 5000 * MS;
    Ready ready = hears(100, LOWER);
    assertThat(ready.release()).containsExactly(ID);
    assertThat(ready.send()).isEmpty();
    assertThat(passes(300)).isZero();
  }

  @Test
  void an_owner_whose_addresses_were_removed_takes_them_again() {
    startAsOwner(options(156, true));
    Ready ready = election.gone(ID, nowNs);
    assertThat(ready.take()).containsExactly(ID);
    assertThat(ready.announce()).containsExactly(ID);
    assertThat(hears(200, LOWER).release()).containsExactly(ID);
    assertThat(election.gone(ID, nowNs).take()).isEmpty();
  }

  // ---- foreign adverts

  private Ready hearsFor(int priority, InetAddress... addresses) {
    Advert advert = new Advert(ID, priority, Duration.ofMillis(100), List.of(addresses));
    return election.heard(advert, HIGHER, nowNs);
  }

  @Test
  void another_router_of_the_same_number_is_reported_and_takes_nothing_away() {
    startAsOwner(options(156, true));
    InetAddress foreign = SimulatedHost.address(77);
    Ready ready = hearsFor(255, foreign);
    assertThat(ready.release()).isEmpty();
    assertThat(ready.send()).isEmpty();
    assertThat(ready.events())
        .containsExactly(new VipEvent.ForeignAddresses(ID, HIGHER, List.of(foreign), false));
    assertThat(hearsFor(255, foreign).events()).isEmpty();
    assertThat(status().foreign()).isEqualTo(2);
  }

  @Test
  void one_that_has_some_of_the_addresses_is_a_competitor_and_reported() {
    startAsOwner(options(156, true));
    Ready ready = hearsFor(200, SimulatedHost.address(77), SimulatedHost.address(151));
    assertThat(ready.release()).containsExactly(ID);
    assertThat(ready.events()).hasAtLeastOneElementOfType(VipEvent.ForeignAddresses.class);
  }

  @Test
  void an_interval_that_differs_is_reported_once_a_minute() {
    start(options(156, true));
    assertThat(hears(ID, 200, LOWER, 150).events())
        .containsExactly(
            new VipEvent.IntervalDiffers(
                ID, LOWER, Duration.ofMillis(150), Duration.ofMillis(100)));
    assertThat(hears(ID, 200, LOWER, 150).events()).isEmpty();
    nowNs += 60_000 * MS;
    assertThat(hears(ID, 200, LOWER, 150).events()).hasSize(1);
  }

  @Test
  void what_comes_from_its_own_address_is_ignored_and_reported() {
    startAsOwner(options(156, true));
    Ready ready = hears(200, OWN);
    assertThat(ready.release()).isEmpty();
    assertThat(ready.events()).containsExactly(new VipEvent.OwnSource(ID, OWN));
  }

  @Test
  void what_is_for_a_router_that_is_not_configured_is_counted() {
    start(options(156, true));
    assertThat(hears(OTHER, 200, LOWER, 100).isEmpty()).isTrue();
    assertThat(election.unknown()).isOne();
  }

  @Test
  void a_router_without_its_own_address_or_named_twice_is_refused() {
    VipOptions vip = options(156, true);
    assertThatThrownBy(() -> new VipElection(List.of(vip), Map.of(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new VipElection(List.of(vip, vip), Map.of(ID, OWN), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void only_what_is_owned_counts_as_owned() {
    start(options(156, true));
    assertThat(election.owned()).isEmpty();
    passes(500);
    assertThat(election.owned()).isEqualTo(Set.of(ID));
  }
}
