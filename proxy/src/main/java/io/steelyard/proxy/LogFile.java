package io.steelyard.proxy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that lines are appended to, and that somebody may rename: whoever rotates logs does so,
 * then asks for it to be opened again. Until then lines go on into the renamed one. For the log's
 * thread, but for {@link #reopen}.
 */
final class LogFile extends OutputStream {
  private static final System.Logger LOG = System.getLogger("steelyard.proxy");

  private final Path path;
  private FileOutputStream file;
  private volatile boolean wanted;

  private LogFile(Path path, FileOutputStream file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens it; a new one can be read by its owner and group.
   *
   * @throws IOException that names the file
   */
  static LogFile open(Path path) throws IOException {
    return new LogFile(path, append(path));
  }

  private static FileOutputStream append(Path path) throws IOException {
    try {
      if (!Files.exists(path)) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
      }
    } catch (IOException e) {
      // Another process may have made it, as at a take-over: opening it tells.
    }
    try {
      return new FileOutputStream(path.toFile(), true);
    } catch (IOException e) {
      throw new IOException("the access log cannot be written: " + e.getMessage(), e);
    }
  }

  /** The next lines go to the file that has the name by then. Any thread; returns at once. */
  void reopen() {
    wanted = true;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    file.write(bytes, from, count);
  }

  /** Opens it again if that was asked for: to be called between lines. */
  void follow() {
    if (!wanted) {
      return;
    }
    wanted = false;
    try {
      FileOutputStream former = file;
      file = append(path);
      former.close();
      LOG.log(System.Logger.Level.INFO, "the access log goes on in {0}", path);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING, "{0}; it goes on in the file that was open", e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
