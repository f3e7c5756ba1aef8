package io.steelyard.store.folder;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What stands below a folder as it was looked at last. A look at what has not changed reads
 * nothing. What has changed is taken when it was the same in two looks, and read between two looks
 * that are the same: so files that are being written are left alone, and what is taken stood there
 * at one moment. For one thread at a time.
 */
final class FolderState {
  /** Between two looks: longer than the kernel's tick, in which a file's time does not move. */
  private static final Duration REST = Duration.ofMillis(25);

  /** What does not come to rest is taken as it is then. */
  private static final Duration RESTLESS = Duration.ofSeconds(1);

  /** Of all values together. */
  private static final long BYTES_MAX = 64 << 20;

  private final Path root;
  private final Listing.Visitor visitor;
  private Map<String, Listing.Dir> dirs = Map.of();
  private Map<String, Content> contents = Map.of();
  private Tree tree = new Tree(0, new TreeMap<>());

  /** When a lease runs out next, in milliseconds since 1970. */
  private long runsOutMs = Long.MAX_VALUE;

  FolderState(Path root, Listing.Visitor visitor) {
    this.root = root;
    this.visitor = visitor;
  }

  /** The tree that was seen last. */
  Tree tree() {
    return tree;
  }

  /** How long it stays the same when nobody writes: until a lease runs out. */
  Duration untilLapse(long nowMs) {
    return Duration.ofMillis(runsOutMs == Long.MAX_VALUE ? Integer.MAX_VALUE : runsOutMs - nowMs);
  }

  /**
   * Looks again.
   *
   * @param dirty the folders in which something may have changed
   */
  Tree look(Predicate<String> dirty) throws StoreException, InterruptedException {
    long beganNs = System.nanoTime();
    while (true) {
      try {
        return settled(dirty, beganNs);
      } catch (NoSuchFileException e) {
        if (restless(beganNs)) {
          throw missing(e);
        }
        Thread.sleep(REST);
      } catch (StoreException e) {
        throw e;
      } catch (IOException e) {
        throw new StoreException(root + ": cannot be read: " + e.getMessage(), e);
      }
    }
  }

  private StoreException missing(NoSuchFileException e) {
    return new StoreException(
        root.toString().equals(e.getFile())
            ? root + ": no such folder"
            : e.getFile() + ": no such file, a link to nowhere?",
        e);
  }

  private static boolean restless(long beganNs) {
    return System.nanoTime() - beganNs > RESTLESS.toNanos();
  }

  private Tree settled(Predicate<String> dirty, long beganNs)
      throws IOException, InterruptedException {
    Map<String, Listing.Dir> seen = Listing.of(root, dirs, dirty, visitor);
    if (!dirs.isEmpty() && seen.equals(dirs)) {
      return lapsed();
    }
    while (true) {
      Thread.sleep(REST);
      Map<String, Listing.Dir> again = Listing.of(root, seen, dirty, visitor);
      if (again.equals(seen) || restless(beganNs)) {
        Map<String, Content> read = read(again);
        seen = Listing.of(root, again, dirty, visitor);
        if (seen.equals(again) || restless(beganNs)) {
          return taken(again, read);
        }
      } else {
        seen = again;
      }
    }
  }

  private Map<String, Content> read(Map<String, Listing.Dir> listed) throws IOException {
    Map<String, Content> read = HashMap.newHashMap(contents.size());
    long bytes = 0;
    for (Map.Entry<String, Listing.Dir> dir : listed.entrySet()) {
      for (Map.Entry<String, FileStat> file : dir.getValue().files().entrySet()) {
        String key = Listing.under(dir.getKey(), file.getKey());
        Content known = contents.get(key);
        Content content =
            known != null && known.stat().equals(file.getValue())
                ? known
                : Content.read(root.resolve(key), file.getValue());
        read.put(key, content);
        bytes += content.bytes();
        if (bytes > BYTES_MAX) {
          throw new StoreException(root + ": more than " + (BYTES_MAX >> 20) + " MiB");
        }
      }
    }
    return read;
  }

  private Tree taken(Map<String, Listing.Dir> listed, Map<String, Content> read) {
    dirs = listed;
    contents = read;
    build(System.currentTimeMillis());
    return tree;
  }

  /** The same files; but leases may have run out. */
  private Tree lapsed() {
    long nowMs = System.currentTimeMillis();
    if (nowMs > runsOutMs) {
      build(nowMs);
    }
    return tree;
  }

  private void build(long nowMs) {
    SortedMap<String, Tree.Entry> entries = new TreeMap<>();
    runsOutMs = Long.MAX_VALUE;
    for (Map.Entry<String, Content> file : contents.entrySet()) {
      long itsMs = file.getValue().runsOutMs();
      if (nowMs <= itsMs) {
        entries.put(file.getKey(), file.getValue().entry());
        runsOutMs = Math.min(runsOutMs, itsMs);
      }
    }
    if (tree.revision() == 0 || !entries.equals(tree.entries())) {
      // There is no number that all who look could share; the time does not go back for long.
      tree = new Tree(Math.max(tree.revision() + 1, nowMs), entries);
    }
  }
}
