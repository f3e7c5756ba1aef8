package io.steelyard.control.canary;

/** What is to become of a canary. */
public sealed interface Verdict {
  /** It goes on. */
  record Wait() implements Verdict {}

  /** It is good for all. */
  record Pass(String why) implements Verdict {}

  /** All go back to what was before. */
  record Return(String why) implements Verdict {}
}
