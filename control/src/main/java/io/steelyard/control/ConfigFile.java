package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.FileContent;
import io.steelyard.control.Keeper.Written;
import io.steelyard.control.revision.FolderShelf;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.thread.OwnedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The configuration in a file: read when asked to, and whenever it has changed, on a thread of its
 * own. The content is compared, not the time stamp, by the path and at an interval: so it makes no
 * difference whether an editor writes in place, a tool renames a new file over it, or Kubernetes
 * swaps a symbolic link above it.
 */
public final class ConfigFile implements AutoCloseable {
  /** How often the file is read when nothing else is said; a change counts when read twice. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);

  private static final Logger LOG = System.getLogger("steelyard.config");

  /** For the thread to end; it holds nothing that anybody waits for. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Path file;
  private final Parser parser;
  private final Controller controller;

  /** Files that the configuration names, whose content counts as well. */
  private Set<Path> others = Set.of();

  private final Settling<Content> settling = new Settling<>();

  /** A permit is a reload that is wanted; several are one. */
  private final Semaphore wanted = new Semaphore(0);

  /** The content that is served; null before the first. */
  private byte[] served;

  private Listener listener = (before, after) -> {};

  private volatile OwnedThread watcher;

  /** Does nothing before {@link #start}, {@link #reload} or {@link #watch}. */
  public ConfigFile(Path file, Parser parser, Controller controller) {
    this.file = file;
    this.parser = parser;
    this.controller = controller;
  }

  /** Its name. */
  Path path() {
    return file;
  }

  /** Turns a content into a configuration. */
  @FunctionalInterface
  public interface Parser {
    /** {@code source} is the file's name, for the errors. */
    Config parse(String source, byte[] content) throws ConfigException;
  }

  /** Is told of the content that is served now, and of the one before. */
  @FunctionalInterface
  interface Listener {
    void changed(byte[] before, byte[] after);
  }

  void onChange(Listener listener) {
    this.listener = listener;
  }

  /** Where the configuration is read and written; for a file that is no part of something else. */
  public ConfigDesk desk(InstantSource clock) {
    Path history = file.resolveSibling(file.getFileName() + ".history");
    return new ConfigDesk(new FileKeeper(this, new Revisions(new FolderShelf(history), clock)));
  }

  /** Serves a configuration that was made of this content of the file. */
  public synchronized Outcome start(byte[] content, Config config) {
    served = content;
    others = config.files();
    settling.handled(new Content.Bytes(contents(content)));
    return controller.apply(config);
  }

  /** From now on applies the file whenever it has changed or a reload is wanted, until closed. */
  public synchronized void watch(Duration interval) {
    if (watcher == null) {
      watcher = new OwnedThread("config watch", () -> watchEvery(interval));
    }
  }

  /** Has the watch read and apply the file soon, changed or not; returns at once. */
  public void requestReload() {
    wanted.release();
  }

  /** Reads and applies the file now, changed or not. */
  synchronized Outcome reload() {
    Content content = read();
    settling.handled(content);
    return apply(content);
  }

  /**
   * Serves this content, then writes it; neither if it is refused.
   *
   * @param expected whether what stands there is what it is to replace
   */
  synchronized Written write(byte[] content, Predicate<byte[]> expected) throws IOException {
    try {
      if (!expected.test(FileContent.read(file))) {
        return new Written.Changed();
      }
    } catch (ConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
    try (FreshFile fresh = FreshFile.beside(file, content)) {
      byte[] before = served;
      // Whoever writes it records it as well.
      served = content;
      Outcome outcome = apply(new Content.Bytes(List.of(content)));
      if (outcome instanceof Outcome.Refused(List<String> errors)) {
        served = before;
        return new Written.Refused(errors);
      }
      fresh.replace();
      return new Written.Done();
    }
  }

  /** Looks once; a content that was seen twice in a row and is new is applied. */
  synchronized Optional<Outcome> look() {
    return settling.seen(read()).map(this::apply);
  }

  /** Stops watching; what is being looked up for a reload is given up. */
  @Override
  public void close() {
    OwnedThread ending = watcher;
    if (ending != null) {
      ending.stop();
      ending.awaitEnd(PATIENCE);
    }
  }

  private void watchEvery(Duration interval) throws InterruptedException {
    while (true) {
      boolean asked = wanted.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
      wanted.drainPermits();
      safely(asked ? this::reload : this::look);
    }
  }

  private void safely(Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException e) {
      // A defect in one reload must end neither the watch nor the node.
      LOG.log(Level.ERROR, "reloading " + file + " failed", e);
    }
  }

  private Outcome apply(Content content) {
    return switch (content) {
      case Content.Bytes(List<byte[]> bytes) -> {
        try {
          Config config = parser.parse(file.toString(), bytes.getFirst());
          others = config.files();
          settling.handled(new Content.Bytes(contents(bytes.getFirst())));
          Outcome outcome = controller.apply(config);
          if (outcome instanceof Outcome.Applied) {
            tell(bytes.getFirst());
          }
          yield outcome;
        } catch (ConfigException e) {
          // Whether it is good may depend on files that it names now, and did not before.
          others = e.files().isEmpty() ? others : e.files();
          settling.handled(new Content.Bytes(contents(bytes.getFirst())));
          yield controller.refuse(lines(e));
        }
      }
      case Content.Unreadable(List<String> why) -> controller.refuse(why);
    };
  }

  private void tell(byte[] content) {
    byte[] before = served;
    served = content;
    if (before != null && !Arrays.equals(before, content)) {
      listener.changed(before, content);
    }
  }

  private Content read() {
    try {
      return new Content.Bytes(contents(FileContent.read(file)));
    } catch (ConfigException e) {
      return new Content.Unreadable(lines(e));
    }
  }

  /** The configuration, then what it names: nothing of a file that cannot be read. */
  private List<byte[]> contents(byte[] configuration) {
    List<byte[]> contents = new ArrayList<>(List.of(configuration));
    for (Path other : others) {
      try {
        contents.add(FileContent.read(other));
      } catch (ConfigException e) {
        contents.add(new byte[0]);
      }
    }
    return contents;
  }

  private static List<String> lines(ConfigException e) {
    return e.errors().stream().map(ConfigError::toString).toList();
  }

  /** What reading the file gave. */
  private sealed interface Content {
    /** Equal when the bytes are. */
    record Bytes(List<byte[]> bytes) implements Content {
      @Override
      public boolean equals(Object other) {
        return other instanceof Bytes(List<byte[]> others)
            && Arrays.deepEquals(bytes.toArray(), others.toArray());
      }

      @Override
      public int hashCode() {
        return Arrays.deepHashCode(bytes.toArray());
      }
    }

    record Unreadable(List<String> why) implements Content {}
  }
}
