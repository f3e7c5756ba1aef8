package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An address that a host uses which is no node of ours. */
final class ConflictDetectionTest {
  private static final long MS = 1_000_000;
  private static final VipId ID = new VipId("eth0", 51, false);
  private static final InetAddress VIP = SimulatedHost.address(151);
  private static final InetAddress OWN = SimulatedHost.address(10);
  private static final InetAddress OTHER = SimulatedHost.address(9);
  private static final VipConflict STRANGER = new VipConflict(VIP, "02:00:00:00:00:99");
  private static final VipOptions OPTIONS =
      new VipOptions(
          ID,
          List.of(new VipAddress(VIP, 24)),
          156,
          Duration.ofMillis(100),
          false,
          Duration.ZERO,
          "");

  /** Near the end of what a long can count, as a clock may be. */
  private long nowNs = Long.MAX_VALUE - 200 * MS;

  private final VipElection election = new VipElection(List.of(OPTIONS), Map.of(ID, OWN), nowNs);
  private final List<VipEvent> events = new ArrayList<>();
  private int taken;
  private int probes;

  /** Ticks when it wants to be ticked; somebody answers each probe, or nobody does. */
  private void passes(long ms, boolean inUse) {
    long endNs = nowNs + ms * MS;
    while (election.nextDeadlineNs() - endNs <= 0) {
      nowNs = election.nextDeadlineNs();
      Ready ready = election.tick(nowNs);
      done(ready);
      if (inUse && !ready.probe().isEmpty()) {
        done(election.answered(ID, STRANGER, nowNs));
      }
    }
    nowNs = endNs;
  }

  private void done(Ready ready) {
    taken += ready.take().size();
    probes += ready.probe().size();
    events.addAll(ready.events());
  }

  private void hears(int priority) {
    Advert advert = new Advert(ID, priority, Duration.ofMillis(100), List.of(VIP));
    done(election.heard(advert, OTHER, nowNs));
  }

  private VipStatus status() {
    return election.status(nowNs).getFirst();
  }

  @Test
  void who_starts_asks_for_an_address_and_takes_it_no_later_if_nobody_answers() {
    election.eligible(true, nowNs);
    passes(339, false);
    assertThat(probes).isEqualTo(4);
    assertThat(taken).isZero();
    passes(1, false);
    assertThat(taken).isEqualTo(1);
    assertThat(status().conflict()).isEmpty();
  }

  @Test
  void an_address_that_somebody_uses_is_not_taken_before_he_is_gone() {
    election.eligible(true, nowNs);
    passes(20_000, true);
    assertThat(taken).isZero();
    assertThat(events).containsExactly(new VipEvent.InUse(ID, STRANGER, false));
    assertThat(status().hindrance()).contains(VipReason.IN_USE);
    assertThat(status().conflict()).contains(STRANGER);
    assertThat(probes).as("seldom").isLessThan(15);
    passes(7_000, false);
    assertThat(taken).isEqualTo(1);
    assertThat(status().role()).isEqualTo(VipRole.ACTIVE);
    assertThat(status().hindrance()).isEmpty();
  }

  @Test
  void what_goes_on_is_told_once_a_minute() {
    election.eligible(true, nowNs);
    passes(125_000, true);
    assertThat(events).hasSize(3);
  }

  @Test
  void who_takes_over_from_an_owner_asks_nobody_before_and_tells_what_it_finds_after() {
    election.eligible(true, nowNs);
    hears(200);
    passes(339, true);
    assertThat(probes).isZero();
    passes(1, true);
    assertThat(taken).isEqualTo(1);
    passes(6_000, true);
    assertThat(events).contains(new VipEvent.InUse(ID, STRANGER, true));
    assertThat(status().role()).isEqualTo(VipRole.ACTIVE);
    assertThat(status().conflict()).contains(STRANGER);
    assertThat(status().conflicts()).isEqualTo(1);
  }

  @Test
  void an_owner_is_told_of_who_comes_later_and_stays() {
    election.eligible(true, nowNs);
    passes(10_000, false);
    done(election.answered(ID, STRANGER, nowNs));
    assertThat(events).contains(new VipEvent.InUse(ID, STRANGER, true));
    passes(1_000, false);
    assertThat(status().role()).isEqualTo(VipRole.ACTIVE);
  }

  @Test
  void another_node_that_owns_it_too_is_no_stranger() {
    election.eligible(true, nowNs);
    passes(1_000, false);
    hears(100);
    done(election.answered(ID, STRANGER, nowNs));
    assertThat(status().conflicts()).isZero();
    assertThat(events).doesNotHaveAnyElementsOfTypes(VipEvent.InUse.class);
  }

  @Test
  void a_backup_does_not_wonder_that_its_owner_has_the_address() {
    election.eligible(true, nowNs);
    hears(200);
    done(election.answered(ID, STRANGER, nowNs));
    assertThat(events).isEmpty();
    assertThat(status().hindrance()).isEmpty();
  }
}
