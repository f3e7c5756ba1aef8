package io.steelyard.share.member;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.member.Membership.Change;
import io.steelyard.cluster.member.MembershipOptions;
import io.steelyard.cluster.member.NodeReport;
import io.steelyard.core.session.Keyring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Two beacons of this process that talk to each other over loopback for a moment. A young process
 * has hardly any time for its first beats when it goes on with the leases of another one, and does
 * everything slowly the first time.
 */
public final class Rehearsal {
  private static final int BEATS = 6;
  private static final Duration BEAT = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private Rehearsal() {}

  /**
   * Ends once a few beats have come and gone, and after two seconds at the latest.
   *
   * @return how many were heard
   * @throws IOException if there is no socket to be had
   */
  public static long of(Keyring keys, NodeReport report) throws IOException, InterruptedException {
    try (Beacon one = beacon("one", keys, report);
        Beacon other = beacon("other", keys, report)) {
      one.peers(List.of(Beacon.text(other.address())));
      other.peers(List.of(Beacon.text(one.address())));
      one.start();
      other.start();
      long startNs = System.nanoTime();
      while (one.counters().received() < BEATS && System.nanoTime() - startNs < LONGEST.toNanos()) {
        Thread.sleep(BEAT);
      }
      return one.counters().received();
    }
  }

  private static Beacon beacon(String name, Keyring keys, NodeReport report) throws IOException {
    MembershipOptions options = MembershipOptions.DEFAULT;
    Membership membership = new Membership(name, 1, name.length(), options, System.nanoTime());
    membership.nodes(2);
    return new Beacon(
        membership,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        List.of(),
        keys,
        BEAT.toNanos(),
        Beacon.Clock.SYSTEM,
        new SplittableRandom(1),
        new Part(membership, report));
  }

  /** What a node does with a membership, in short. */
  private record Part(Membership membership, NodeReport report) implements Beacon.Listener {
    private static final String THING = "rehearsed";

    @Override
    public void prepare() {}

    @Override
    public Beat beat(long nowNs) {
      membership.wants(Set.of(THING), nowNs);
      return membership.beat(report, nowNs);
    }

    @Override
    public void happened(List<Change> changes) {
      membership.heldUntilNs(THING, System.nanoTime());
    }
  }
}
