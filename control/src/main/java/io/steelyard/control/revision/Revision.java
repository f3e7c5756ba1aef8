package io.steelyard.control.revision;

import java.time.Instant;

/**
 * A document as it was written once, or tried.
 *
 * @param number from 1, in the order of time
 * @param who wrote it; empty when it was changed where it is kept, past all nodes
 * @param what was done: {@code put}, {@code rollback to 7}, ...
 * @param forced whether it may take away what is guarded
 * @param outcome what came of it, in words; empty when nothing is known beside its state
 * @param digest of its text
 */
public record Revision(
    long number,
    Instant at,
    String who,
    String what,
    boolean forced,
    State state,
    String outcome,
    String digest,
    String text) {
  /**
   * Where it is in its life.
   *
   * <pre>
   *   PENDING --(it was)--> WRITTEN
   *   TRIED --(all is well)--> WRITTEN
   *   TRIED --(it departs, or is refused)--> RETURNED
   * </pre>
   */
  public enum State {
    /** It is to be made the document that all nodes follow. */
    PENDING,
    /** It was made the document that all nodes follow. */
    WRITTEN,
    /** Some nodes try it. */
    TRIED,
    /** Those that tried it went back to what was before. */
    RETURNED
  }

  /** The same with what came of it. */
  Revision concluded(State now, String why) {
    return new Revision(number, at, who, what, forced, now, why, digest, text);
  }
}
