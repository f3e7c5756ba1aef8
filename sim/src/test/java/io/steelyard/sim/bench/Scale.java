package io.steelyard.sim.bench;

/** How much is simulated: all of it takes {@code -Dsteelyard.long=true}. */
final class Scale {
  private static final boolean LONG = Boolean.getBoolean("steelyard.long");

  private Scale() {}

  static int of(int quick, int full) {
    return LONG ? full : quick;
  }
}
