package io.steelyard.sim.report;

import java.util.function.IntToDoubleFunction;

/** A line of characters that is darker where a number is larger. */
final class Strip {
  private static final String SHADES = " .:-=+*#%@";

  private Strip() {}

  /** From 0 (blank) to {@code most} ({@code @}); anything but 0 leaves a mark. */
  static String linear(int columns, double most, IntToDoubleFunction values) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      line.append(shade(values.applyAsDouble(i) / most));
    }
    return line.toString();
  }

  /** From {@code least} ({@code .}) to {@code most} in equal factors; 0 is blank. */
  static String logarithmic(int columns, double least, double most, IntToDoubleFunction values) {
    StringBuilder line = new StringBuilder();
    double range = StrictMath.log(most / least);
    for (int i = 0; i < columns; i++) {
      double value = values.applyAsDouble(i);
      double share = range > 0 ? StrictMath.log(value / least) / range : 0;
      line.append(value <= 0 ? ' ' : shade((1 + share * 8) / 9));
    }
    return line.toString();
  }

  private static char shade(double share) {
    if (!(share > 0)) {
      return SHADES.charAt(0);
    }
    long shade = Math.round(share * (SHADES.length() - 1));
    return SHADES.charAt(Math.clamp(shade, 1, SHADES.length() - 1));
  }
}
