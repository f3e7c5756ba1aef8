package io.steelyard.app.e2e;

/** How much is done: all of it with {@code ./test --long}, else enough to see that it works. */
public final class Scale {
  private static final boolean LONG = Boolean.getBoolean("steelyard.long");

  private Scale() {}

  public static int of(int quick, int full) {
    return LONG ? full : quick;
  }
}
