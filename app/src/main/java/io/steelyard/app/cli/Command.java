package io.steelyard.app.cli;

import java.io.PrintStream;

/** A command of {@code steelyard}. */
interface Command {
  Usage usage();

  /**
   * Does it; returns when it is done.
   *
   * @return the exit code: 0 good, 1 refused or failed
   * @throws UsageException the arguments are wrong: exit code 2
   * @throws Refused it cannot be done: exit code 1, the message is printed
   */
  int run(Arguments arguments, PrintStream out) throws Exception;
}
