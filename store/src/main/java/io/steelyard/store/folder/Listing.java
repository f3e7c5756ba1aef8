package io.steelyard.store.folder;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All files below a folder from outside: nothing of them is read. Folders that are links are gone
 * into, files that are links are looked at where they lead to.
 */
final class Listing {
  /** Names in a key: one more than the longest that means something, for that to be said. */
  private static final int DEPTH_MAX = 5;

  /**
   * One folder.
   *
   * @param folders in it, with their inodes
   */
  record Dir(SortedMap<String, FileStat> files, SortedMap<String, Object> folders) {}

  /** Who wants to be told of each folder before it is looked into. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param folder relative to the store's, empty for that itself
     */
    void visit(String folder, Path path, Object inode);
  }

  private final Path root;
  private final Map<String, Dir> before;
  private final Predicate<String> dirty;
  private final Visitor visitor;
  private final Map<String, Dir> dirs = new HashMap<>();
  private int count;

  private Listing(Path root, Map<String, Dir> before, Predicate<String> dirty, Visitor visitor) {
    this.root = root;
    this.before = before;
    this.dirty = dirty;
    this.visitor = visitor;
  }

  /**
   * The folders by their names relative to {@code root}.
   *
   * @param before what is taken over for all that is not dirty
   * @param dirty which folders may have changed
   * @throws java.nio.file.NoSuchFileException when something vanishes meanwhile, or is a link to
   *     nowhere
   */
  static Map<String, Dir> of(
      Path root, Map<String, Dir> before, Predicate<String> dirty, Visitor visitor)
      throws IOException {
    Listing listing = new Listing(root, before, dirty, visitor);
    listing.go("", root, FileStat.of(root).inode(), 1, before.isEmpty());
    return listing.dirs;
  }

  private void go(String folder, Path path, Object inode, int depth, boolean anew)
      throws IOException {
    Dir known = before.get(folder);
    boolean look = anew || known == null || dirty.test(folder);
    if (look) {
      visitor.visit(folder, path, inode);
    }
    Dir dir = look ? list(folder, path) : known;
    dirs.put(folder, dir);
    count += dir.files.size() + dir.folders.size();
    if (count > KeyStore.KEYS_MAX) {
      throw new StoreException(root + ": more than " + KeyStore.KEYS_MAX + " files");
    }
    if (depth < DEPTH_MAX) {
      for (Map.Entry<String, Object> sub : dir.folders.entrySet()) {
        String name = sub.getKey();
        boolean swapped = known == null || !sub.getValue().equals(known.folders.get(name));
        go(under(folder, name), path.resolve(name), sub.getValue(), depth + 1, anew || swapped);
      }
    }
  }

  private Dir list(String folder, Path path) throws IOException {
    Dir dir = new Dir(new TreeMap<>(), new TreeMap<>());
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (Names.counts(folder, name)) {
          put(dir, name, entry);
        }
        if (dir.files.size() > KeyStore.KEYS_MAX) {
          return dir;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NotDirectoryException e) {
      throw new StoreException(path + " is no folder", e);
    } catch (AccessDeniedException e) {
      throw new StoreException(e.getFile() + ": permission denied", e);
    }
    return dir;
  }

  private static void put(Dir dir, String name, Path entry) throws IOException {
    BasicFileAttributes seen = Files.readAttributes(entry, BasicFileAttributes.class);
    if (seen.isDirectory()) {
      dir.folders.put(name, seen.fileKey());
    } else if (seen.isRegularFile()) {
      dir.files.put(name, FileStat.of(seen));
    } else {
      throw new StoreException(entry + " is a pipe, a socket or a device, expected a file");
    }
  }

  /** A name below a folder. */
  static String under(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }
}
