package io.steelyard.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * A file to which every change is written, a line each, on disk before the answer goes out. It is
 * opened for each line, so that it may be moved away at any time. Any thread; blocks.
 *
 * <p>A line that could not be written is kept, and goes before the next: nothing is changed until
 * it is on disk. So only what was under way together at that moment, {@link #OWED_MAX} at most, can
 * be missing from the file. What a log still owes when another file takes its place goes there.
 */
public final class AuditLog {
  static final int OWED_MAX = 64;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Deque<String> owed = new ArrayDeque<>();
  private boolean torn;

  /** What has taken its place; null while nothing has. */
  private AuditLog heir;

  private AuditLog(Path file) {
    this.file = file;
  }

  /**
   * Made for its owner alone if it is not there.
   *
   * @throws IOException saying which file cannot be written
   */
  public static AuditLog open(Path file) throws IOException {
    AuditLog log = new AuditLog(file);
    try (FileChannel channel = log.channel()) {
      channel.position();
    } catch (IOException e) {
      throw new IOException("audit-log of admin: cannot write " + file + ": " + why(e), e);
    }
    return log;
  }

  /** What Java says of a file is at times its name alone. */
  private static String why(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " (" + e.getMessage() + ")";
  }

  private FileChannel channel() throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
        OWNER_ONLY);
  }

  /** Writes what is owed, and finds out whether more could be written. */
  synchronized void demandWritable() throws IOException {
    try (FileChannel channel = channel()) {
      while (!owed.isEmpty()) {
        write(channel, owed.getFirst());
        owed.removeFirst();
      }
    }
  }

  /** Writes a line; when that fails it is owed. */
  synchronized void write(String line) throws IOException {
    owe(line);
    try {
      demandWritable();
    } catch (IOException e) {
      passOn();
      throw e;
    }
  }

  private synchronized void inherit(String line) {
    if (heir == null) {
      owe(line);
    } else {
      heir.inherit(line);
    }
  }

  private synchronized void owe(String line) {
    if (owed.size() < OWED_MAX) {
      owed.addLast(line);
    }
  }

  /** Whether it is the same file. */
  boolean isSameAs(AuditLog other) {
    return file.toAbsolutePath().normalize().equals(other.file.toAbsolutePath().normalize());
  }

  /**
   * From now on {@code next}, made later, is written; what this owes and cannot write goes there.
   */
  synchronized void leaveTo(AuditLog next) {
    heir = next;
    try {
      demandWritable();
    } catch (IOException e) {
      passOn();
    }
  }

  private void passOn() {
    if (heir != null) {
      owed.forEach(heir::inherit);
      owed.clear();
    }
  }

  private void write(FileChannel channel, String line) throws IOException {
    // What was broken off must not swallow the next line.
    String text = (torn ? "\n" : "") + line + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    torn = true;
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
    torn = false;
  }
}
