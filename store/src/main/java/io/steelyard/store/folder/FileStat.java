package io.steelyard.store.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What a file looks like from outside, behind all links. While two looks are equal nobody has
 * written in between, but for the kernel's tick, some milliseconds, in which times stand still.
 *
 * @param inode names the file itself, whatever it is called
 */
record FileStat(long mtimeNs, long size, Object inode) {
  static FileStat of(BasicFileAttributes seen) {
    return new FileStat(
        seen.lastModifiedTime().to(TimeUnit.NANOSECONDS), seen.size(), seen.fileKey());
  }

  static FileStat of(Path file) throws IOException {
    return of(Files.readAttributes(file, BasicFileAttributes.class));
  }
}
