package io.steelyard.cluster.member;

import java.time.Duration;

/**
 * How nodes watch each other.
 *
 * @param beat from one beat to the next
 * @param silence after which a node that is not heard is lost: several beats, and longer than a
 *     pause that shall not count
 * @param lease for how long a vote is good
 * @param membersMax nodes that are known at a time, lost ones too
 */
public record MembershipOptions(Duration beat, Duration silence, Duration lease, int membersMax) {
  /** 50 ms, 1 s, 400 ms, 128: a pause of 300 ms changes nothing. */
  public static final MembershipOptions DEFAULT =
      new MembershipOptions(
          Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMillis(400), 128);

  /** The same with another lease, if that is longer. */
  public MembershipOptions withLeaseOf(Duration atLeast) {
    return atLeast.compareTo(lease) > 0
        ? new MembershipOptions(beat, silence, atLeast, membersMax)
        : this;
  }

  /** Refuses what cannot work with an {@link IllegalArgumentException}. */
  public MembershipOptions {
    if (silence.compareTo(beat.multipliedBy(3)) < 0 || lease.compareTo(beat.multipliedBy(3)) < 0) {
      throw new IllegalArgumentException("fewer than three beats may be lost");
    }
    if (membersMax < 1) {
      throw new IllegalArgumentException("no members");
    }
  }
}
