package io.steelyard.store.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Writes files so that each is there whole or not at all, also after a crash of the machine. */
final class AtomicFile {
  private AtomicFile() {}

  /**
   * Puts it in place of what stands there. Only one at a time does so.
   *
   * @param stamp the file's time, in nanoseconds since 1970
   */
  static void write(Path root, Path file, byte[] content, long stamp) throws IOException {
    makeFolders(root, file.getParent());
    Path fresh = file.resolveSibling("." + file.getFileName() + ".tmp");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(permissions(file)));
    try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer all = ByteBuffer.wrap(content);
      while (all.hasRemaining()) {
        out.write(all);
      }
      Files.setLastModifiedTime(fresh, FileTime.from(stamp, TimeUnit.NANOSECONDS));
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    flush(file.getParent());
  }

  /** Those of what it takes the place of; what is new may hold secrets. */
  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    return Files.exists(file)
        ? Files.getPosixFilePermissions(file)
        : PosixFilePermissions.fromString("rw-------");
  }

  static void remove(Path file) throws IOException {
    Files.delete(file);
    flush(file.getParent());
  }

  /** Below a folder that has to be there: one that was removed is not made again. */
  private static void makeFolders(Path root, Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.equals(root)) {
      throw new NoSuchFileException(root.toString());
    }
    makeFolders(root, folder.getParent());
    Files.createDirectory(folder);
    flush(folder.getParent());
  }

  /** A new name has to reach the disk, too. */
  private static void flush(Path folder) throws IOException {
    try (FileChannel names = FileChannel.open(folder)) {
      names.force(true);
    }
  }
}
