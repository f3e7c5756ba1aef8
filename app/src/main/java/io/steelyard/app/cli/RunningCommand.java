package io.steelyard.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** With what {@code steelyard run} was started, as the kernel has it (proc(5)). */
final class RunningCommand {
  private RunningCommand() {}

  /**
   * The file, folder or URL that a process of this machine was told to serve.
   *
   * @return empty if it cannot be read here, or does something else
   */
  static Optional<String> source(long pid) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      return source(List.of(line.split("\0")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Java's own options come first, and name no file {@code run}. */
  static Optional<String> source(List<String> words) {
    int run = words.indexOf("run");
    if (run < 0) {
      return Optional.empty();
    }
    try {
      Usage usage = new RunCommand().usage();
      Arguments given = Arguments.parse(usage, words.subList(run + 1, words.size()));
      return given.positional(0).or(() -> Optional.of(RunCommand.DEFAULT_FILE));
    } catch (UsageException e) {
      return Optional.empty();
    }
  }
}
