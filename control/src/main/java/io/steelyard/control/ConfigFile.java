package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigText;
import io.steelyard.config.FileContent;
import io.steelyard.config.OwnSource;
import io.steelyard.control.thread.OwnedThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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

  /** Turns what was read into a configuration. */
  @FunctionalInterface
  public interface Parser {
    /** Of at least one text. */
    Config parse(List<ConfigText> own) throws ConfigException;
  }

  /** Serves a configuration that was made of these texts. */
  public synchronized Outcome start(List<ConfigText> texts, Config config) {
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
          yield controller.apply(config);
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
