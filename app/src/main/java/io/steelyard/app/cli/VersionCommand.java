package io.steelyard.app.cli;

import picocli.CommandLine.Command;

/** {@code steelyard version}. */
@Command(name = "version", description = "Say which version this is, and what it runs on.")
final class VersionCommand implements Runnable {
  @Override
  public void run() {
    System.out.println("steelyard " + Version.current());
    System.out.println(
        "java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
  }
}
