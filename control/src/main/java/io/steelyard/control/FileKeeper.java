package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnSource;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.LossGuard;
import io.steelyard.control.shared.SharedSource;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/** The configuration in a node's own file: what is written there is served first, or refused. */
final class FileKeeper implements Keeper {
  private static final Logger LOG = System.getLogger("steelyard.config");
  private static final int HEX = 16;

  private final ConfigFile file;
  private final OwnSource.Single source;
  private final Revisions revisions;

  FileKeeper(ConfigFile file, OwnSource.Single source, Revisions revisions) {
    this.file = file;
    this.source = source;
    this.revisions = revisions;
    file.onChange(this::note);
  }

  /** What was changed in the file, and what stood there before. */
  private void note(String before, String after) {
    try {
      revisions.seen(before, "as it stood before", () -> true);
      revisions.seen(after, "changed in the file", () -> true);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the change of {0} was not recorded: {1}", source, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String source() {
    return source.toString();
  }

  @Override
  public Cell.Held document() throws IOException {
    try {
      String text = source.read().getFirst().content();
      return new Cell.Held(text, version(text));
    } catch (ConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Of a text and no other. */
  private static long version(String text) {
    return Long.parseLong(TextDigest.of(text), HEX) + 1;
  }

  @Override
  public List<ConfigText> texts(String document) {
    return List.of(ConfigText.own(source(), document));
  }

  @Override
  public Config read(List<ConfigText> texts, boolean force) throws ConfigException {
    Config next = ConfigParser.parse(source(), texts.getFirst().content());
    List<String> losses = force ? List.of() : LossGuard.losses(file.serving(), next);
    if (!losses.isEmpty()) {
      throw new ConfigException(
          losses.stream()
              .map(loss ->
                  new ConfigError(
                      source(),
                      0,
                      0,
                      loss
                          + "; if that is meant, 'steelyard config put FILE --force' writes it all"
                          + " the same"))
              .toList());
    }
    return next;
  }

  @Override
  public Written write(String document, long version) throws IOException {
    return file.write(source, document, there -> version(there) == version);
  }

  @Override
  public Revisions revisions() {
    return revisions;
  }

  @Override
  public Optional<SharedSource> shared() {
    return Optional.empty();
  }
}
