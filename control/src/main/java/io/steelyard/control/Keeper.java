package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigText;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.shared.SharedSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Whoever keeps the node's configuration up to date, to those who read and write it. Blocks. */
interface Keeper {
  /** Where the document is kept, without secrets. */
  String source();

  /** The document as it stands there now. */
  Cell.Held document() throws IOException, InterruptedException;

  /** All that the configuration is made of, with this document. */
  List<ConfigText> texts(String document) throws IOException, InterruptedException, ConfigException;

  /**
   * What the configuration would be.
   *
   * @param force whether it may take away what is guarded
   */
  Config read(List<ConfigText> texts, boolean force) throws ConfigException;

  /** Writes the document if it still is what the writer saw; serves it, or lets it be served. */
  Written write(String document, long version) throws IOException, InterruptedException;

  /** Former documents. */
  Revisions revisions();

  /** What nodes share it through; empty when this one has it for itself. */
  Optional<SharedSource> shared();

  /** The greatest number of a revision that this node knows of, wherever it was given. */
  default long knownNumber() {
    return 0;
  }

  /** What became of writing. */
  sealed interface Written {
    record Done() implements Written {}

    /** Somebody else has written it meanwhile. */
    record Changed() implements Written {}

    /** It cannot be written: everything is as it was. */
    record Failed(String why) implements Written {}

    /** It cannot be served: everything is as it was. */
    record Refused(List<String> errors) implements Written {
      public Refused {
        errors = List.copyOf(errors);
      }
    }
  }
}
