package io.steelyard.net;

/**
 * A deadline that can be moved as often as one likes at the cost of a store. One object serves its
 * owner for life. Loop thread only.
 */
public abstract class Timer {
  static final int NOT_SCHEDULED = -1;

  long deadlineNs;
  int slot = NOT_SCHEDULED;
  long slotTick;
  Timer previous;
  Timer following;

  protected Timer() {}

  /** The deadline has passed. The timer is not scheduled any more. */
  protected abstract void expired(long nowNs);

  public final boolean scheduled() {
    return slot != NOT_SCHEDULED;
  }
}
