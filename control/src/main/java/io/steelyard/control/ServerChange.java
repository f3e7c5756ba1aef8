package io.steelyard.control;

import io.steelyard.core.health.Wish;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an operator changes about a server; what is empty stays.
 *
 * @param wish outlives every configuration that keeps the server
 * @param weight 0 to 256 in place of the configured one, until the configuration itself gives the
 *     server another; an empty number puts the configured one back
 */
public record ServerChange(Optional<Wish> wish, Optional<OptionalInt> weight) {
  /** The greatest weight. */
  public static final int WEIGHT_MAX = 256;

  public ServerChange {
    if (weight.isPresent() && weight.get().isPresent()) {
      int value = weight.get().getAsInt();
      if (value < 0 || value > WEIGHT_MAX) {
        throw new IllegalArgumentException("weight " + value);
      }
    }
  }

  public static ServerChange wish(Wish wish) {
    return new ServerChange(Optional.of(wish), Optional.empty());
  }

  public static ServerChange weight(int weight) {
    return new ServerChange(Optional.empty(), Optional.of(OptionalInt.of(weight)));
  }

  public static ServerChange configuredWeight() {
    return new ServerChange(Optional.empty(), Optional.of(OptionalInt.empty()));
  }
}
