package io.steelyard.control;

import java.util.Optional;

/** Finds out when something that is looked at again and again has changed and come to rest. */
final class Settling<T> {
  private Optional<T> seen = Optional.empty();
  private Optional<T> handled = Optional.empty();

  /** The value, when it was seen so twice in a row and was not the last one handled. */
  Optional<T> seen(T now) {
    boolean rests = seen.equals(Optional.of(now));
    seen = Optional.of(now);
    if (!rests || handled.equals(seen)) {
      return Optional.empty();
    }
    handled = seen;
    return seen;
  }

  /** Notes that {@code value} needs no handling any more. */
  void handled(T value) {
    handled = Optional.of(value);
  }
}
