package io.steelyard.store.folder;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keys are files below a folder. Those that somebody else writes, as editors, tools and Kubernetes
 * do, are taken once they rest. Changes are heard of from the kernel, and found every 2 s where it
 * does not tell.
 *
 * <p>Who writes through a store holds {@code .lock} meanwhile: of several that saw the same one
 * succeeds. An editor does not know it.
 */
public final class FolderStore implements KeyStore {
  private static final Duration NET = Duration.ofSeconds(2);

  /** Looking at everything without having heard of a change takes at most 2 % of a processor. */
  private static final long NET_PER_LOOK = 50;

  private final Path root;
  private final FolderState state;

  /** Guards {@code state}. */
  private final ReentrantLock looking = new ReentrantLock();

  /** Held by who waits for changes; guards the fields below it. */
  private final ReentrantLock waiting = new ReentrantLock();

  private boolean allDirty = true;
  private long lookedNs;
  private long lookTookNs;

  private volatile FolderWatch watch;
  private volatile boolean closed;

  private FolderStore(Path root) {
    this.root = root;
    this.state = new FolderState(root, this::visit);
  }

  /** Of an absolute path. Looks there when it is asked something. */
  public static FolderStore of(Path root) {
    return new FolderStore(root);
  }

  private void visit(String folder, Path path, Object inode) {
    FolderWatch watching = watch;
    if (watching != null) {
      watching.add(folder, path, inode);
    }
  }

  @Override
  public Tree read() throws StoreException, InterruptedException {
    return look(_ -> true);
  }

  private Tree look(Predicate<String> dirty) throws StoreException, InterruptedException {
    looking.lockInterruptibly();
    try {
      demandOpen();
      return state.look(dirty);
    } catch (ClosedWatchServiceException e) {
      throw gone(e);
    } finally {
      looking.unlock();
    }
  }

  private void demandOpen() throws StoreException {
    if (closed) {
      throw gone(null);
    }
  }

  private StoreException gone(RuntimeException e) {
    return new StoreException(this + " is closed", e);
  }

  @Override
  public Tree awaitNewer(Tree known, Duration atMost) throws StoreException, InterruptedException {
    long deadlineNs = System.nanoTime() + atMost.toNanos();
    waiting.lockInterruptibly();
    try {
      watch();
      Tree now = lookWhere(_ -> false);
      while (now.revision() == known.revision() && System.nanoTime() < deadlineNs) {
        FolderWatch.Heard heard = watch.await(untilNs(deadlineNs) - System.nanoTime());
        now = lookWhere(heard::touches);
      }
      return now.revision() == known.revision() ? known : now;
    } catch (ClosedWatchServiceException e) {
      throw gone(e);
    } finally {
      waiting.unlock();
    }
  }

  private void watch() throws StoreException {
    if (watch == null) {
      watch = FolderWatch.open(root);
    }
    if (closed) {
      watch.close();
    }
    demandOpen();
  }

  /** Until something is to be looked at although nobody tells. */
  private long untilNs(long deadlineNs) {
    long lapseNs =
        System.nanoTime() + state.untilLapse(System.currentTimeMillis()).plusMillis(1).toNanos();
    return Math.min(deadlineNs, Math.min(netNs(), lapseNs));
  }

  private long netNs() {
    return lookedNs + Math.max(NET.toNanos(), NET_PER_LOOK * lookTookNs);
  }

  /** Looks there, or everywhere when it is time to, or when the last look has failed. */
  private Tree lookWhere(Predicate<String> dirty) throws StoreException, InterruptedException {
    boolean all = allDirty || System.nanoTime() >= netNs();
    // What was heard is not told again: if this fails, the next look goes everywhere.
    allDirty = true;
    long beganNs = System.nanoTime();
    Tree now = look(all ? _ -> true : dirty);
    if (all) {
      lookedNs = System.nanoTime();
      lookTookNs = lookedNs - beganNs;
    }
    allDirty = false;
    return now;
  }

  /** What is done while nobody else writes. */
  @FunctionalInterface
  interface Work {
    boolean run(FolderLock lock) throws IOException, InterruptedException;
  }

  boolean locked(Work work) throws StoreException, InterruptedException {
    try (FolderLock lock = FolderLock.take(root)) {
      return work.run(lock);
    } catch (StoreException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new StoreException(Files.exists(root) ? e.getMessage() : root + ": no such folder", e);
    } catch (AccessDeniedException e) {
      throw new StoreException(e.getFile() + ": permission denied", e);
    } catch (IOException e) {
      throw new StoreException(root + ": cannot be written to: " + e.getMessage(), e);
    }
  }

  byte[] bounded(String key, String value) throws StoreException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > VALUE_BYTES_MAX) {
      throw new StoreException(
          "%s: the value of %s has more than %d bytes".formatted(this, key, VALUE_BYTES_MAX));
    }
    return bytes;
  }

  @Override
  public boolean write(String key, String value, long version)
      throws StoreException, InterruptedException {
    Path file = Names.file(root, key);
    byte[] bytes = bounded(key, value);
    return locked(lock -> {
      if (version(file) != version) {
        return false;
      }
      AtomicFile.write(root, file, bytes, lock.stamp());
      return true;
    });
  }

  @Override
  public boolean remove(String key, long version) throws StoreException, InterruptedException {
    Path file = Names.file(root, key);
    return locked(_ -> {
      if (version == 0 || version(file) != version) {
        return false;
      }
      AtomicFile.remove(file);
      return true;
    });
  }

  private static long version(Path file) throws IOException {
    try {
      Content content = Content.read(file, FileStat.of(file));
      return System.currentTimeMillis() > content.runsOutMs() ? 0 : content.entry().version();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  @Override
  public Lease lease(Duration ttl) {
    return new FolderLease(this, root, ttl);
  }

  @Override
  public void close() {
    closed = true;
    FolderWatch watching = watch;
    if (watching != null) {
      watching.close();
    }
  }

  @Override
  public String toString() {
    return "files below " + root;
  }
}
