package io.steelyard.core.server;

/**
 * Exponentials and logarithms from tables, for the data plane: a pick may want thousands of them.
 */
final class Powers {
  private static final int STEPS = 1024;
  private static final int LOG_BITS = 10;
  private static final double LOG2_E = 1.4426950408889634;
  private static final int EXPONENT_MAX = 1000;
  private static final int DOUBLE_BIAS = 1023;
  private static final int DOUBLE_FRACTION_BITS = 52;

  /** 2^(-i / STEPS), with one more to interpolate to. */
  private static final double[] HALVINGS = new double[STEPS + 1];

  /** log2(1 + i / STEPS) as a multiple of 2^-16, in the middle of each step. */
  private static final int[] LOGS = new int[STEPS];

  /** What {@link #log2} counts as one doubling. */
  static final int LOG_ONE = 1 << 16;

  static {
    for (int i = 0; i <= STEPS; i++) {
      HALVINGS[i] = Math.pow(2, -(double) i / STEPS);
    }
    for (int i = 0; i < STEPS; i++) {
      LOGS[i] = (int) Math.round(Math.log1p((i + 0.5) / STEPS) * LOG2_E * LOG_ONE);
    }
  }

  private Powers() {}

  /**
   * {@code e^-x}, to seven digits; 1 for a negative x. Falls steadily, so that an order by decayed
   * values is the order by exact ones.
   */
  static double decay(double x) {
    if (x <= 0) {
      return 1;
    }
    double halvings = x * LOG2_E;
    if (halvings >= EXPONENT_MAX) {
      return 0;
    }
    int whole = (int) halvings;
    double steps = (halvings - whole) * STEPS;
    int step = (int) steps;
    double mantissa = HALVINGS[step] + (HALVINGS[step + 1] - HALVINGS[step]) * (steps - step);
    return mantissa * Double.longBitsToDouble((long) (DOUBLE_BIAS - whole) << DOUBLE_FRACTION_BITS);
  }

  /**
   * The binary logarithm of a positive number, in units of 1 / {@link #LOG_ONE}; to a thousandth.
   */
  static long log2(long n) {
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(n);
    int step =
        exponent >= LOG_BITS
            ? (int) (n >>> (exponent - LOG_BITS)) & (STEPS - 1)
            : (int) (n << (LOG_BITS - exponent)) & (STEPS - 1);
    return (long) exponent * LOG_ONE + LOGS[step];
  }
}
