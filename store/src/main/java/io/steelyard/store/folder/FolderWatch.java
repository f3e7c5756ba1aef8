package io.steelyard.store.folder;

import io.steelyard.store.tree.StoreException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Hears from the kernel (inotify) in which folders something may have changed. What happens through
 * links elsewhere and on other machines it does not hear. Folders are added by any thread; one at a
 * time waits.
 */
final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.config");

  private record Watched(WatchKey key, Object inode) {}

  /**
   * What was heard.
   *
   * @param folders in which something may have changed
   * @param all whether that may be everywhere
   */
  record Heard(Set<String> folders, boolean all) {
    boolean touches(String folder) {
      return all || folders.contains(folder);
    }
  }

  private final WatchService service;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final Map<WatchKey, String> folders = new ConcurrentHashMap<>();
  private volatile boolean refused;

  private FolderWatch(WatchService service) {
    this.service = service;
  }

  /** Watches nothing yet. */
  static FolderWatch open(Path root) throws StoreException {
    try {
      return new FolderWatch(root.getFileSystem().newWatchService());
    } catch (IOException e) {
      throw new StoreException(root + " cannot be watched: " + e.getMessage(), e);
    }
  }

  /** Watches a folder, unless it is watched already. */
  void add(String folder, Path path, Object inode) {
    Watched now = watched.get(folder);
    if (now != null && now.key.isValid() && now.inode.equals(inode)) {
      return;
    }
    if (now != null) {
      now.key.cancel();
      folders.remove(now.key);
    }
    try {
      WatchKey key =
          path.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY);
      folders.put(key, folder);
      watched.put(folder, new Watched(key, inode));
    } catch (IOException e) {
      watched.remove(folder);
      sayOnce(path, e);
    }
  }

  /** There is a limit of what a user may watch; whoever looks now and then misses nothing. */
  private void sayOnce(Path path, IOException e) {
    if (!refused) {
      refused = true;
      LOG.log(
          Level.WARNING,
          "{0} cannot be watched, changes are seen some seconds later: {1}",
          path,
          e.getMessage());
    }
  }

  /** Waits until something is heard, or for that long. */
  Heard await(long atMostNs) throws InterruptedException {
    Set<String> changed = new HashSet<>();
    boolean all = false;
    WatchKey key = service.poll(atMostNs, TimeUnit.NANOSECONDS);
    while (key != null) {
      String folder = folders.get(key);
      for (WatchEvent<?> event : key.pollEvents()) {
        String name = String.valueOf(event.context());
        boolean missed = event.kind().equals(StandardWatchEventKinds.OVERFLOW);
        all |= !missed && Names.swaps(name);
        if (folder != null && (missed || Names.counts(folder, name))) {
          changed.add(folder);
        }
      }
      all |= !key.reset() && folder != null;
      key = service.poll();
    }
    return new Heard(changed, all);
  }

  /** Who waits fails. */
  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
