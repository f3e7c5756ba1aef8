package io.steelyard.app.cli;

import java.io.PrintStream;
import java.util.List;

/** {@code steelyard version}. */
final class VersionCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "version", "", "Say which version this is, and what it runs on.", 0, List.of(), "");
  }

  @Override
  public int run(Arguments arguments, PrintStream out) {
    out.println("steelyard " + Version.current());
    out.println(
        "java %s, %s %s %s"
            .formatted(
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    return CommandLines.GOOD;
  }
}
