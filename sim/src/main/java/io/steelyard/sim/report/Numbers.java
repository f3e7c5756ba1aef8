package io.steelyard.sim.report;

import java.util.Locale;

/** Numbers for people. */
final class Numbers {
  private Numbers() {}

  /** Three figures and a unit: {@code 10.2 ms}. */
  static String duration(double ns) {
    if (ns < 1e6) {
      return three(ns / 1e3) + " us";
    }
    return ns < 1e9 ? three(ns / 1e6) + " ms" : three(ns / 1e9) + " s";
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.0995 ? "%.2f%%" : "%.1f%%", 100 * share);
  }

  static String three(double value) {
    int digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  static String seconds(double seconds) {
    return seconds == Math.rint(seconds)
        ? (long) seconds + "s"
        : String.format(Locale.ROOT, "%.1fs", seconds);
  }
}
