package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DescriptorsTest {
  /** A loop that needed the 65th descriptor slept for seconds, and its clients with it. */
  @Test
  void the_table_of_descriptors_is_made_ahead_of_need() throws IOException {
    int wanted = Math.min(10_000, Descriptors.max());
    Descriptors.makeRoom(wanted);
    assertThat(size()).isGreaterThanOrEqualTo(wanted);
    Descriptors.makeRoom(1);
    assertThat(size()).as("it does not shrink").isGreaterThanOrEqualTo(wanted);
  }

  private static int size() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("FDSize:"))
        .mapToInt(line -> Integer.parseInt(line.substring("FDSize:".length()).strip()))
        .findAny()
        .orElseThrow();
  }
}
