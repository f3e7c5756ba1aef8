package io.steelyard.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Reads the bytes of a configuration, of which there are few enough or it is refused. Blocks. */
public final class FileContent {
  private FileContent() {}

  /** Whether it can be read again and again: a file, not a pipe, a device or a directory. */
  public static boolean regular(Path file) {
    return Files.isRegularFile(file);
  }

  /**
   * Of a regular file; anything else is refused before it is opened, since a pipe could block for
   * ever.
   */
  public static byte[] read(Path file) throws ConfigException {
    return read(file, false);
  }

  /** Also of a pipe or a device, which can be read only once; waits until its writer is done. */
  public static byte[] readOnce(Path file) throws ConfigException {
    return read(file, true);
  }

  private static byte[] read(Path file, boolean anyKind) throws ConfigException {
    try {
      BasicFileAttributes kind = Files.readAttributes(file, BasicFileAttributes.class);
      if (kind.isDirectory()) {
        throw refused(file, "is a directory, expected a file");
      }
      if (!kind.isRegularFile() && !anyKind) {
        throw refused(file, "is a pipe, a socket or a device, expected a file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(ConfigParser.FILE_BYTES_MAX + 1);
      }
    } catch (NoSuchFileException e) {
      throw refused(file, "no such file");
    } catch (AccessDeniedException e) {
      throw refused(file, "permission denied");
    } catch (IOException e) {
      throw refused(file, "cannot be read: " + e.getMessage());
    }
  }

  private static ConfigException refused(Path file, String why) {
    return new ConfigException(List.of(new ConfigError(file.toString(), 0, 0, why)));
  }
}
