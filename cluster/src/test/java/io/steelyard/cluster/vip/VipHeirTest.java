package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who asks for the lease of an owner that is gone, while the lease lasts: the strongest. */
final class VipHeirTest {
  private static final long MS = 1_000_000;
  private static final VipId ID = new VipId("eth0", 51, false);
  private static final InetAddress VIP = SimulatedHost.address(151);
  private static final String KEY = "51/192.0.2.151";

  private final List<Heir> heirs = new ArrayList<>();
  private long nowNs = Long.MAX_VALUE - 200 * MS;

  /** A node that has a majority and no lease. */
  private static final class Heir {
    private final VipElection election;
    private final InetAddress address;
    private boolean asked;

    Heir(int number, int priority, long nowNs) {
      address = SimulatedHost.address(number);
      VipOptions options =
          new VipOptions(
              ID,
              List.of(new VipAddress(VIP, 24)),
              priority,
              Duration.ofMillis(100),
              false,
              Duration.ZERO,
              "");
      election = new VipElection(List.of(options), Map.of(ID, address), VipExclusion.LEASE, nowNs);
      election.eligible(true, nowNs);
      election.quorum(true, nowNs);
    }
  }

  private Heir heir(int number, int priority) {
    Heir heir = new Heir(number, priority, nowNs);
    heirs.add(heir);
    return heir;
  }

  private void ownerSays() {
    Advert advert = new Advert(ID, 140, Duration.ofMillis(100), List.of(VIP));
    heirs.forEach(heir -> heir.election.heard(advert, SimulatedHost.address(200), nowNs));
  }

  /** Adverts arrive a quarter of a millisecond later. */
  private void passes(long ms) {
    for (long i = 0; i < 4 * ms; i++) {
      nowNs += MS / 4;
      List<Runnable> arriving = new ArrayList<>();
      for (Heir heir : heirs) {
        for (Advert advert : heir.election.tick(nowNs).send()) {
          heirs.stream()
              .filter(other -> other != heir)
              .forEach(
                  other -> arriving.add(() -> other.election.heard(advert, heir.address, nowNs)));
        }
        heir.asked |= heir.election.wanted().contains(KEY);
      }
      nowNs += MS / 4;
      arriving.forEach(Runnable::run);
      nowNs -= MS / 4;
    }
  }

  /** The lease of the former owner was over sooner or later, and anybody's beat came first. */
  @Test
  void the_strongest_one_asks_and_weaker_ones_leave_it_to_that() {
    Heir weak = heir(12, 90);
    Heir strong = heir(11, 138);
    ownerSays();
    passes(1_500);
    assertThat(strong.asked).isTrue();
    assertThat(weak.asked).isFalse();
  }

  @Test
  void of_two_that_ask_at_the_same_time_the_stronger_one_goes_on() {
    Heir strong = heir(11, 139);
    ownerSays();
    passes(350);
    Advert weaker = new Advert(ID, 138, Duration.ofMillis(100), List.of(VIP));
    strong.election.heard(weaker, SimulatedHost.address(12), nowNs);
    assertThat(strong.election.wanted()).contains(KEY);
    passes(150);
    strong.election.heard(weaker, SimulatedHost.address(12), nowNs);
    assertThat(strong.election.wanted()).as("by then that one is the owner").isEmpty();
  }

  @Test
  void one_that_asks_in_vain_does_not_keep_others_from_it_for_ever() {
    Heir weak = heir(12, 90);
    heir(11, 138);
    ownerSays();
    passes(5_500);
    assertThat(weak.asked).isTrue();
  }

  @Test
  void when_the_strongest_one_is_gone_as_well_the_next_one_asks() {
    Heir weak = heir(12, 90);
    Heir strong = heir(11, 138);
    ownerSays();
    passes(1_000);
    heirs.remove(strong);
    passes(500);
    assertThat(weak.election.wanted()).contains(KEY);
  }
}
