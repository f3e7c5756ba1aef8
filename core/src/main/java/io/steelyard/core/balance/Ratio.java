package io.steelyard.core.balance;

/** Compares loads relative to weights, exactly. */
final class Ratio {
  private Ratio() {}

  /**
   * Compares {@code loadA / weightA} with {@code loadB / weightB}, both weights positive, by cross
   * multiplication.
   */
  static int compare(int loadA, int weightA, int loadB, int weightB) {
    return Long.compare((long) loadA * weightB, (long) loadB * weightA);
  }
}
