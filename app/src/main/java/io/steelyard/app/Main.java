package io.steelyard.app;

import io.steelyard.app.cli.CommandLines;

/** The entry point of the {@code steelyard} command. */
final class Main {
  private Main() {}

  static void main(String[] args) {
    System.exit(CommandLines.execute(System.out, System.err, args));
  }
}
