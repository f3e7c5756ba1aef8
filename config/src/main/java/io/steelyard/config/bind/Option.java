package io.steelyard.config.bind;

import java.util.Optional;

/**
 * One key of a section.
 *
 * @param fallback the value when the key is not given; empty when it must be given
 * @param doc one sentence for editors
 */
public record Option<T>(String key, Type<T> type, Optional<T> fallback, String doc) {
  /** Must be given. */
  public static <T> Option<T> required(String key, Type<T> type, String doc) {
    return new Option<>(key, type, Optional.empty(), doc);
  }

  /** May be given; {@code fallback} otherwise. */
  public static <T> Option<T> of(String key, Type<T> type, T fallback, String doc) {
    return new Option<>(key, type, Optional.of(fallback), doc);
  }

  /** May be given, and has no default. */
  public static <T> Option<Optional<T>> optional(String key, Type<T> type, String doc) {
    return new Option<>(key, type.optional(), Optional.of(Optional.empty()), doc);
  }
}
