package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnSource;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The document that nodes share: it is written where they follow it.
 *
 * @param own the node's own file
 * @param newest what stands in the source beside the document
 * @param known the greatest number of a revision that this node knows of
 */
record SharedKeeper(
    OwnSource own,
    SharedSource from,
    SharedParser parser,
    Supplier<Edition> newest,
    LongSupplier known,
    Revisions revisions)
    implements Keeper {
  @Override
  public String source() {
    return from.toString();
  }

  @Override
  public Cell.Held document() throws IOException, InterruptedException {
    return from.document().read();
  }

  @Override
  public List<ConfigText> texts(String document) throws ConfigException {
    return parser.texts(own.read(), newest.get().with(document, "", 0));
  }

  @Override
  public Config read(List<ConfigText> texts, boolean force) throws ConfigException {
    return parser.read(texts, force, force).config();
  }

  @Override
  public Written write(String document, long version) throws IOException, InterruptedException {
    return from.document().write(document, version) ? new Written.Done() : new Written.Changed();
  }

  @Override
  public long knownNumber() {
    return known.getAsLong();
  }

  @Override
  public Optional<SharedSource> shared() {
    return Optional.of(from);
  }
}
