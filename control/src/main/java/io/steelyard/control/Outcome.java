package io.steelyard.control;

import java.util.List;

/** What became of a configuration. */
public sealed interface Outcome {
  /** It is being served. */
  record Applied(long revision) implements Outcome {}

  /** Nothing changed: why, one line for each error. */
  record Refused(List<String> errors) implements Outcome {
    public Refused {
      errors = List.copyOf(errors);
    }
  }
}
