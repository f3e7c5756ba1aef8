package io.steelyard.control;

import java.util.List;

/** Why a configuration cannot be served on this machine. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> errors;

  /** One line for each reason. */
  RefusedException(List<String> errors) {
    super(String.join("; ", errors));
    this.errors = List.copyOf(errors);
  }

  List<String> errors() {
    return errors;
  }
}
