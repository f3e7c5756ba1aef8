package io.steelyard.control.revision;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files in a folder of its owner's, which is made when the first is added; for one process. Where
 * it cannot be made they are kept in memory.
 */
public final class FolderShelf implements Shelf {
  private static final Logger LOG = System.getLogger("steelyard.config");
  private static final String SUFFIX = ".json";

  /** More than anything that is kept. */
  private static final long FILE_BYTES_MAX = 8 << 20;

  private final Path folder;
  private final MemoryShelf instead = new MemoryShelf();
  private boolean inMemory;

  public FolderShelf(Path folder) {
    this.folder = folder;
  }

  @Override
  public synchronized SortedMap<String, String> all() throws IOException {
    if (inMemory) {
      return instead.all();
    }
    SortedMap<String, String> texts = new TreeMap<>();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (Files.size(file) <= FILE_BYTES_MAX) {
        texts.put(
            name.substring(0, name.length() - SUFFIX.length()),
            new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
  }

  @Override
  public synchronized boolean add(String name, String text) throws IOException {
    if (!writable()) {
      return instead.add(name, text);
    }
    Path fresh = fresh(name, text);
    try {
      Files.createLink(file(name), fresh);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.delete(fresh);
    }
  }

  @Override
  public synchronized void replace(String name, String text) throws IOException {
    if (writable()) {
      Files.move(fresh(name, text), file(name), StandardCopyOption.ATOMIC_MOVE);
    } else {
      instead.replace(name, text);
    }
  }

  @Override
  public synchronized void remove(String name) throws IOException {
    if (inMemory) {
      instead.remove(name);
    } else {
      Files.deleteIfExists(file(name));
    }
  }

  private Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  /** Whole or not at all: under another name first. */
  private Path fresh(String name, String text) throws IOException {
    Path fresh = folder.resolve(name + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, text);
    return fresh;
  }

  private boolean writable() {
    if (inMemory) {
      return false;
    }
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      inMemory = !Files.isWritable(folder);
    } catch (IOException e) {
      inMemory = true;
    }
    if (inMemory) {
      LOG.log(
          Level.INFO,
          "former configurations are kept in memory only: {0} cannot be written",
          folder);
    }
    return !inMemory;
  }
}
