package io.steelyard.testkit.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands to their end. */
final class Shell {
  private static final long SECONDS_MAX = 20;

  /** What it printed, and how it ended. */
  record Result(int status, String output) {}

  private Shell() {}

  /** What a command prints; fails if the command does, or if it takes longer than 20 s. */
  static String run(List<String> command) {
    return run(command, "");
  }

  /** The same, with something to read on its standard input. */
  static String run(List<String> command, String input) {
    Result result = attempt(command, input);
    if (result.status() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " <<< " + input + ": " + result.output());
    }
    return result.output();
  }

  /** As it ends, well or badly; killed after 20 s. */
  static Result attempt(List<String> command, String input) {
    try {
      Path output = Files.createTempFile("netns", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(command + " takes more than 20 s: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
