package io.steelyard.config;

/**
 * One difference between two configurations, in the words of their writers; secrets are masked.
 *
 * @param path the key, as {@code pools.app.servers.b.weight}
 * @param before empty when it was added
 * @param after empty when it was removed
 */
public record ConfigChange(Kind kind, String path, String before, String after) {
  /** What became of it. */
  public enum Kind {
    ADDED('+'),
    REMOVED('-'),
    CHANGED('~');

    private final char sign;

    Kind(char sign) {
      this.sign = sign;
    }
  }

  /** {@code ~ pools.app.balance: random -> first}. */
  @Override
  public String toString() {
    String values =
        switch (kind) {
          case ADDED -> after;
          case REMOVED -> before;
          case CHANGED -> before + " -> " + after;
        };
    return kind.sign + " " + path + (values.isEmpty() ? "" : ": " + values);
  }
}
