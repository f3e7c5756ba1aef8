package io.steelyard.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the machine that tests need. */
public final class Programs {
  private static final List<String> PLACES = List.of("/usr/sbin/", "/usr/bin/", "/usr/local/bin/");

  private Programs() {}

  /** Where a program lies; fails if it lies nowhere. */
  public static String found(String program) {
    return PLACES.stream()
        .map(place -> place + program)
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(program + " is missing; ./test installs it"));
  }

  /** What a program prints until it ends; fails if it does. */
  public static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output;
  }
}
