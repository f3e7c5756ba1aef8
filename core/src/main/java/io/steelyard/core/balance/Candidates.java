package io.steelyard.core.balance;

/** The servers of a pool as a balancer sees them: by index, as they stand at this moment. */
public interface Candidates {
  /** How many there are; constant for the life of a balancer. */
  int size();

  /**
   * Whether a new request may go to candidate {@code i}: it serves, is up, has room, and was not
   * tried before.
   */
  boolean usable(int i);

  /** The weight of candidate {@code i}, 1 to 256; 0 takes no new requests. */
  int weight(int i);

  /** Requests (or connections, for TCP) in flight to candidate {@code i} over all loops. */
  int load(int i);
}
