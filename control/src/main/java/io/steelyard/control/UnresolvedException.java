package io.steelyard.control;

import java.util.List;

/** Names that could not be looked up. */
final class UnresolvedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> errors;

  /** One line for each name. */
  UnresolvedException(List<String> errors) {
    super(String.join("; ", errors));
    this.errors = List.copyOf(errors);
  }

  List<String> errors() {
    return errors;
  }
}
