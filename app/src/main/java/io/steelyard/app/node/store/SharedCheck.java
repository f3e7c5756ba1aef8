package io.steelyard.app.node.store;

import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.control.shared.Edition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what a node would serve, and serves nothing. */
public final class SharedCheck {
  private SharedCheck() {}

  /**
   * The node's own texts together with what stands in the store that they name now. Blocks.
   *
   * @throws ConfigException with every mistake in both
   * @throws IOException when the store is away
   */
  public static Composed read(List<ConfigText> texts, OwnConfig own)
      throws ConfigException, IOException, InterruptedException {
    Edition edition;
    try (StoreSource source = StoreSource.open(own.from())) {
      edition = source.read();
    }
    if (edition.texts().isEmpty()) {
      throw new ConfigException(
          List.of(
              new ConfigError(
                  own.from().toString(),
                  0,
                  0,
                  "there is no configuration: expected at least 'config'")));
    }
    Composed composed = composed(texts, edition);
    List<String> strays = new ArrayList<>(composed.strays());
    strays.addAll(edition.unknown());
    return new Composed(composed.config(), strays);
  }

  private static Composed composed(List<ConfigText> texts, Edition edition) throws ConfigException {
    List<ConfigText> all = new ArrayList<>(texts);
    all.addAll(edition.texts());
    List<ConfigError> errors = new ArrayList<>(edition.defects());
    try {
      Composed composed = ConfigParser.parse(all);
      if (errors.isEmpty()) {
        return composed;
      }
    } catch (ConfigException e) {
      errors.addAll(e.errors());
    }
    throw new ConfigException(errors);
  }
}
