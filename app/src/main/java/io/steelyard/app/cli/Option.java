package io.steelyard.app.cli;

/**
 * An option of a command.
 *
 * @param name with its dashes: {@code --threads}
 * @param value what its value is called in the help; empty for an option without one
 * @param help one line
 */
record Option(String name, String value, String help) {
  static Option flag(String name, String help) {
    return new Option(name, "", help);
  }

  boolean takesValue() {
    return !value.isEmpty();
  }

  String label() {
    return takesValue() ? name + " " + value : name;
  }
}
