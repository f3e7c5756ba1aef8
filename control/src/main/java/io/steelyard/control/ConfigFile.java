package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigText;
import io.steelyard.config.FileContent;
import io.steelyard.config.OwnSource;
import io.steelyard.control.Keeper.Written;
import io.steelyard.control.revision.FolderShelf;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.thread.OwnedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
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
 * A node's own configuration in a file, or in several of a folder: read when asked to, and whenever
 * it has changed, on a thread of its own. The content is compared, not the time stamp, by the path
 * and at an interval: so it makes no difference whether an editor writes in place, a tool renames a
 * new file over it, or Kubernetes swaps a symbolic link above it.
 */
public final class ConfigFile implements AutoCloseable {
  /** How often the file is read when nothing else is said; a change counts when read twice. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);

  private static final Logger LOG = System.getLogger("steelyard.config");

  /** For the thread to end; it holds nothing that anybody waits for. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final OwnSource own;
  private final Parser parser;
  private final Controller controller;

  /** Files that the configuration names, whose content counts as well. */
  private Set<Path> others = Set.of();

  private final Settling<Content> settling = new Settling<>();

  /** A permit is a reload that is wanted; several are one. */
  private final Semaphore wanted = new Semaphore(0);

  /** The texts that are served; none before the first. */
  private List<ConfigText> served = List.of();

  private Listener listener = (before, after) -> {};

  private volatile OwnedThread watcher;

  /** Does nothing before {@link #start}, {@link #reload} or {@link #watch}. */
  public ConfigFile(OwnSource own, Parser parser, Controller controller) {
    this.own = own;
    this.parser = parser;
    this.controller = controller;
  }

  /** Where it is read from. */
  OwnSource source() {
    return own;
  }

  /** What is served now. */
  Config serving() {
    return controller.config();
  }

  /** Turns what was read into a configuration. */
  @FunctionalInterface
  public interface Parser {
    /** Of at least one text. */
    Config parse(List<ConfigText> own) throws ConfigException;
  }

  /** Is told of the text that is served now, and of the one before. */
  @FunctionalInterface
  interface Listener {
    void changed(String before, String after);
  }

  void onChange(Listener listener) {
    this.listener = listener;
  }

  /**
   * Where the configuration is read and written; for one that is no part of something else. Empty
   * where that is not one file.
   */
  public Optional<ConfigDesk> desk(InstantSource clock) {
    if (!(own instanceof OwnSource.Single single)) {
      return Optional.empty();
    }
    Path history = single.path().resolveSibling(single.path().getFileName() + ".history");
    Revisions revisions = new Revisions(new FolderShelf(history), clock);
    return Optional.of(new ConfigDesk(new FileKeeper(this, single, revisions)));
  }

  /** Serves a configuration that was made of these texts. */
  public synchronized Outcome start(List<ConfigText> texts, Config config) {
    served = texts;
    others = config.files();
    settling.handled(new Content.Texts(texts, others()));
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
   * @param file the one that is followed
   * @param expected whether what stands there is what it is to replace
   */
  synchronized Written write(OwnSource.Single file, String content, Predicate<String> expected)
      throws IOException {
    try {
      if (!expected.test(file.read().getFirst().content())) {
        return new Written.Changed();
      }
    } catch (ConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (FreshFile fresh = FreshFile.beside(file.path(), bytes)) {
      List<ConfigText> before = served;
      // Whoever writes it records it as well.
      served = List.of(ConfigText.own(file.toString(), content));
      Outcome outcome = apply(new Content.Texts(served, others()));
      if (outcome instanceof Outcome.Refused(List<String> errors)) {
        served = before;
        return new Written.Refused(errors);
      }
      try {
        fresh.replace();
      } catch (IOException e) {
        served = before;
        reload();
        return unwritable(e);
      }
      return new Written.Done();
    } catch (IOException e) {
      return unwritable(e);
    }
  }

  private Written unwritable(IOException e) {
    return new Written.Failed(own + " cannot be written: " + e);
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
      safely(asked ? this::reloadAsked : this::look);
    }
  }

  /** Whoever asks is told, also where nothing comes of it. */
  private void reloadAsked() {
    long before = controller.status().revision();
    if (reload() instanceof Outcome.Applied(long revision) && revision == before) {
      LOG.log(
          Level.INFO,
          "nothing changes: {0} says what is served already, as revision {1}",
          own,
          Long.toString(revision));
    }
  }

  private void safely(Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException e) {
      // A defect in one reload must end neither the watch nor the node.
      LOG.log(Level.ERROR, "reloading " + own + " failed", e);
    }
  }

  private Outcome apply(Content content) {
    return switch (content) {
      case Content.Texts(List<ConfigText> texts, _) -> {
        try {
          Config config = parser.parse(texts);
          others = config.files();
          settling.handled(new Content.Texts(texts, others()));
          Outcome outcome = controller.apply(config);
          if (outcome instanceof Outcome.Applied) {
            tell(texts);
          }
          yield outcome;
        } catch (ConfigException e) {
          // Whether it is good may depend on files that it names now, and did not before.
          others = e.files().isEmpty() ? others : e.files();
          settling.handled(new Content.Texts(texts, others()));
          yield controller.refuse(lines(e));
        }
      }
      case Content.Unreadable(List<String> why) -> controller.refuse(why);
    };
  }

  private void tell(List<ConfigText> texts) {
    List<ConfigText> before = served;
    served = texts;
    if (!before.isEmpty() && !before.equals(texts)) {
      listener.changed(before.getFirst().content(), texts.getFirst().content());
    }
  }

  private Content read() {
    try {
      return new Content.Texts(own.read(), others());
    } catch (ConfigException e) {
      return new Content.Unreadable(lines(e));
    }
  }

  /** What the configuration names: nothing of a file that cannot be read. */
  private List<byte[]> others() {
    List<byte[]> contents = new ArrayList<>();
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

  /** What reading gave. */
  private sealed interface Content {
    /** Equal when the texts and the bytes of the other files are. */
    record Texts(List<ConfigText> texts, List<byte[]> others) implements Content {
      @Override
      public boolean equals(Object other) {
        return other instanceof Texts(List<ConfigText> itsTexts, List<byte[]> itsOthers)
            && texts.equals(itsTexts)
            && Arrays.deepEquals(others.toArray(), itsOthers.toArray());
      }

      @Override
      public int hashCode() {
        return 31 * texts.hashCode() + Arrays.deepHashCode(others.toArray());
      }
    }

    record Unreadable(List<String> why) implements Content {}
  }
}
