package io.steelyard.store.folder;

import io.steelyard.store.tree.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held by the one that writes below a folder, among all threads and processes that keep to it:
 * {@code .lock}, locked as fcntl does. In the file stands the stamp that was given out last.
 */
final class FolderLock implements AutoCloseable {
  static final String NAME = ".lock";

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final int STAMP_BYTES_MAX = 20;

  /**
   * The kernel's locks are those of a process, which loses them when it closes the file anywhere:
   * so within this one a single thread has it open. One for each folder that was written to.
   */
  private static final Map<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();

  private final ReentrantLock here;
  private final FileChannel channel;

  private FolderLock(ReentrantLock here, FileChannel channel) {
    this.here = here;
    this.channel = channel;
  }

  /** Waits for it, but not for long. */
  static FolderLock take(Path root) throws IOException, InterruptedException {
    ReentrantLock here = HERE.computeIfAbsent(root.toRealPath(), _ -> new ReentrantLock());
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    if (!here.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw taken(root);
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              root.resolve(NAME),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      while (lock == null) {
        if (System.nanoTime() > deadlineNs) {
          throw taken(root);
        }
        Thread.sleep(POLL);
        lock = channel.tryLock();
      }
      return new FolderLock(here, channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      here.unlock();
      throw e;
    }
  }

  private static StoreException taken(Path root) {
    return new StoreException(
        "%s: somebody else has been writing for %d ms"
            .formatted(root.resolve(NAME), PATIENCE.toMillis()));
  }

  /** The time in nanoseconds since 1970, or a bit more: never the same for two writes. */
  long stamp() throws IOException {
    ByteBuffer text = ByteBuffer.allocate(STAMP_BYTES_MAX);
    int length = Math.max(0, channel.read(text, 0));
    String last = new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip();
    long stamp = System.currentTimeMillis() * Duration.ofMillis(1).toNanos();
    if (last.matches("[0-9]{1,18}") || last.matches("[1-8][0-9]{18}")) {
      stamp = Math.max(stamp, Long.parseLong(last) + 1);
    }
    ByteBuffer next = ByteBuffer.wrap((stamp + "\n").getBytes(StandardCharsets.US_ASCII));
    channel.write(next, 0);
    return stamp;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      here.unlock();
    }
  }
}
