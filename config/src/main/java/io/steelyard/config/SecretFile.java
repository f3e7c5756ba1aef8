package io.steelyard.config;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Reads what nobody else should be able to read, and says so when everybody can. Blocks. */
final class SecretFile {
  private static final Logger LOG = System.getLogger("steelyard.config");

  private SecretFile() {}

  static byte[] read(Path file) throws ConfigException {
    byte[] content = FileContent.read(file);
    if (everybodyReads(file)) {
      LOG.log(
          Level.WARNING,
          "every user of this machine can read the secrets in " + file + ": chmod 600 " + file);
    }
    return content;
  }

  /** Of the file that a link leads to. */
  static boolean everybodyReads(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      // It could be read: who else can does not matter that much.
      return false;
    }
  }
}
