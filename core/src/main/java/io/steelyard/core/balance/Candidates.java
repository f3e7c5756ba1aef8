package io.steelyard.core.balance;

/**
 * The servers of a pool as a balancer sees them: by index, as they stand at this moment. What may
 * take part at all ({@link #member}, {@link #weight}) changes only with {@link #epoch}, so that a
 * balancer can prepare for it; room, loads and what was tried change from pick to pick.
 */
public interface Candidates {
  /** How many there are; constant for the life of a balancer. */
  int size();

  /** Another number whenever {@link #member} or {@link #weight} of any candidate has changed. */
  int epoch();

  /** Whether candidate {@code i} takes new requests as far as its standing goes. */
  boolean member(int i);

  /** Whether a new request may go to candidate {@code i}: a member, with room, not tried before. */
  boolean usable(int i);

  /**
   * The weight that counts now, in any unit that is the same for all: the configured one, less
   * while a server starts slowly. At most 2^24; 0 takes no new requests.
   */
  int weight(int i);

  /** Requests (or connections, for TCP) in flight to candidate {@code i} over all loops. */
  int load(int i);

  /** {@link #load} of all candidates together. */
  int totalLoad();

  /**
   * Time to the first byte of a response as lately seen: a peak-sensitive average in nanoseconds
   * that decays while nothing is sent there; 0 when nothing was seen.
   */
  double latencyNs(int i);

  /** Bytes of responses and requests per second as lately seen; decays; 0 when nothing was seen. */
  double bytesPerSecond(int i);

  /** The load that the server itself reports: 0 idle, 1 full; negative without a fresh report. */
  double reportedLoad(int i);
}
