package io.steelyard.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * What is to take a file's place, beside it and on the disk already, with the same owner and
 * permissions. A link stays one: what it leads to is replaced.
 */
final class FreshFile implements AutoCloseable {
  private final Path target;
  private final Path fresh;

  private FreshFile(Path target, Path fresh) {
    this.target = target;
    this.fresh = fresh;
  }

  static FreshFile beside(Path file, byte[] content) throws IOException {
    Path target = file.toRealPath();
    Path fresh = target.resolveSibling("." + target.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    PosixFileAttributes like = Files.readAttributes(target, PosixFileAttributes.class);
    FreshFile made = new FreshFile(target, fresh);
    try (FileChannel out =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
      view.setPermissions(like.permissions());
      if (!view.getOwner().equals(like.owner())) {
        view.setOwner(like.owner());
        view.setGroup(like.group());
      }
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    } catch (IOException e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** Takes the place. */
  void replace() throws IOException {
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Leaves nothing behind. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(fresh);
  }
}
