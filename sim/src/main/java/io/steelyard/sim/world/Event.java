package io.steelyard.sim.world;

/**
 * An event as one number: what happens (8 bits), a count that tells a stale one (24 bits), and whom
 * it concerns (32 bits).
 */
final class Event {
  static final int ARRIVAL = 0;
  static final int CLIENT = 1;
  static final int JOB = 2;
  static final int DEADLINE = 3;
  static final int DEADLINES = 4;
  static final int QUEUE_DEADLINE = 5;
  static final int CHECK = 6;
  static final int CHECK_PASSED = 7;
  static final int CHECK_FAILED = 8;
  static final int TICK = 9;
  static final int FAULT_BEGINS = 10;
  static final int FAULT_ENDS = 11;
  static final int REPORT = 12;
  static final int ALARM = 13;

  private static final int TURN_MASK = 0xFFFFFF;

  private Event() {}

  static long of(int kind, int whom) {
    return of(kind, 0, whom);
  }

  static long of(int kind, int turn, int whom) {
    return (long) kind << 56 | (long) (turn & TURN_MASK) << 32 | whom;
  }

  static int kind(long event) {
    return (int) (event >>> 56);
  }

  static int whom(long event) {
    return (int) event;
  }

  /** Whether the event was made at this turn of the one that it concerns. */
  static boolean isOfTurn(long event, int turn) {
    return ((int) (event >>> 32) & TURN_MASK) == (turn & TURN_MASK);
  }
}
