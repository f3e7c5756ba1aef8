package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.control.thread.OwnedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The configuration in a file: read when asked to, and whenever it has changed. The content is
 * compared, not the time stamp, by the path and at an interval: so it makes no difference whether
 * an editor writes in place, a tool renames a new file over it, or Kubernetes swaps a symbolic link
 * above it.
 */
public final class ConfigFile implements AutoCloseable {
  /** How often the file is read when nothing else is said; a change counts when read twice. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);

  private static final Logger LOG = System.getLogger("steelyard.config");
  private static final long BYTES_MAX = 16 << 20;

  private final Path file;
  private final Parser parser;
  private final Controller controller;
  private final Settling<Content> settling = new Settling<>();
  private OwnedThread watcher;

  /** Does nothing before {@link #reload} or {@link #watch}. */
  public ConfigFile(Path file, Parser parser, Controller controller) {
    this.file = file;
    this.parser = parser;
    this.controller = controller;
  }

  /** Turns a text into a configuration. */
  @FunctionalInterface
  public interface Parser {
    /** {@code source} is the file's name, for the errors. */
    Parsed parse(String source, String text);
  }

  /** What a parser made of a text. */
  public sealed interface Parsed {
    /** A configuration. */
    record Valid(Config config) implements Parsed {}

    /** All that is wrong, one line each: {@code file:line:column: what}. */
    record Invalid(List<String> errors) implements Parsed {
      public Invalid {
        errors = List.copyOf(errors);
      }
    }
  }

  /** Reads and applies the file now, changed or not. */
  public synchronized Outcome reload() {
    Content content = read();
    settling.handled(content);
    return apply(content);
  }

  /** From now on applies the file whenever it has changed, until closed. */
  public synchronized void watch(Duration interval) {
    if (watcher == null) {
      watcher = new OwnedThread("config watch", () -> lookEvery(interval));
    }
  }

  /** Looks once; a content that was seen twice in a row and is new is applied. */
  synchronized Optional<Outcome> look() {
    return settling.seen(read()).map(this::apply);
  }

  /** Stops watching; a change that is being applied is finished first. */
  @Override
  public void close() {
    OwnedThread ending = watching();
    if (ending != null) {
      ending.stop();
      ending.awaitEnd();
    }
  }

  private synchronized OwnedThread watching() {
    return watcher;
  }

  private void lookEvery(Duration interval) throws InterruptedException {
    while (true) {
      Thread.sleep(interval);
      lookSafely();
    }
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      // A defect in one reload must not end the watch.
      LOG.log(Level.ERROR, "reloading " + file + " failed", e);
    }
  }

  private Outcome apply(Content content) {
    return switch (content) {
      case Content.Text(String text) ->
          switch (parser.parse(file.toString(), text)) {
            case Parsed.Valid(Config config) -> controller.apply(config);
            case Parsed.Invalid(List<String> errors) -> controller.refuse(errors);
          };
      case Content.Unreadable(String why) -> controller.refuse(List.of(file + ": " + why));
    };
  }

  private Content read() {
    try {
      return Files.size(file) > BYTES_MAX
          ? new Content.Unreadable("larger than " + BYTES_MAX + " bytes")
          : new Content.Text(Files.readString(file));
    } catch (NoSuchFileException e) {
      return new Content.Unreadable("no such file");
    } catch (CharacterCodingException e) {
      return new Content.Unreadable("not UTF-8");
    } catch (IOException e) {
      return new Content.Unreadable("cannot be read: " + e.getMessage());
    }
  }

  /** What reading the file gave. */
  private sealed interface Content {
    record Text(String text) implements Content {}

    record Unreadable(String why) implements Content {}
  }
}
