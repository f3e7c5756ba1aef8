package io.steelyard.store.folder;

import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Files that say in their first line how long after their last change they count: renewing them is
 * touching them. Whoever reads leaves out what has run out, by this machine's clock. One thread at
 * a time.
 */
final class FolderLease implements Lease {
  private final FolderStore store;
  private final Path root;
  private final Duration ttl;

  /** The stamp of each file: one that has another was written by somebody else. */
  private final Map<Path, Long> stamps = new HashMap<>();

  private long renewedNs = System.nanoTime();
  private boolean closed;

  FolderLease(FolderStore store, Path root, Duration ttl) {
    this.store = store;
    this.root = root;
    this.ttl = ttl;
  }

  @Override
  public void write(String key, String value) throws StoreException, InterruptedException {
    demandAlive();
    Path file = Names.file(root, key);
    byte[] bytes = store.bounded(key, value);
    store.locked(lock -> {
      long stamp = lock.stamp();
      byte[] line = LeaseHeader.line(ttl.toMillis(), stamp).getBytes(StandardCharsets.US_ASCII);
      byte[] all = new byte[line.length + bytes.length];
      System.arraycopy(line, 0, all, 0, line.length);
      System.arraycopy(bytes, 0, all, line.length, bytes.length);
      AtomicFile.write(root, file, all, stamp);
      stamps.put(file, stamp);
      return true;
    });
  }

  @Override
  public void renew() throws StoreException, InterruptedException {
    demandAlive();
    long nowNs = System.nanoTime();
    store.locked(lock -> {
      FileTime now = FileTime.from(lock.stamp(), TimeUnit.NANOSECONDS);
      for (Path file : stamps.keySet()) {
        if (isOurs(file)) {
          Files.setLastModifiedTime(file, now);
        }
      }
      return true;
    });
    renewedNs = nowNs;
  }

  private void demandAlive() throws StoreException {
    if (closed || System.nanoTime() - renewedNs > ttl.toNanos()) {
      throw new StoreException(store + ": the lease has run out");
    }
  }

  private boolean isOurs(Path file) throws IOException {
    try {
      Optional<LeaseHeader> lease = Content.read(file, FileStat.of(file)).lease();
      return lease.isPresent() && stamps.get(file) == lease.get().stamp();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      store.locked(_ -> {
        for (Path file : stamps.keySet()) {
          if (isOurs(file)) {
            AtomicFile.remove(file);
          }
        }
        return true;
      });
    } catch (StoreException e) {
      // They run out by themselves.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
