package io.steelyard.app.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for a test's many short-lived bytes: in memory where the system has such a place. */
final class ShortLived implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path path;

  ShortLived() throws IOException {
    path =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "steelyard")
            : Files.createTempDirectory("steelyard");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.delete(one);
    }
  }
}
