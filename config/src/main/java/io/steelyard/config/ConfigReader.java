package io.steelyard.config;

import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.bind.Trees;
import java.util.List;

/**
 * Reads configurations that are made of many texts, of which few change from one time to the next:
 * remembers the trees of those that stay, and nothing else. The outcome is that of {@link
 * ConfigParser#parse(List, boolean)}. Any thread.
 */
public final class ConfigReader {
  private final Trees trees = new Trees();

  /** Remembers nothing yet. */
  public ConfigReader() {}

  /** See {@link ConfigParser#parse(List, boolean)}. */
  public synchronized Composed parse(List<ConfigText> texts, boolean emptyAllowed)
      throws ConfigException {
    return ConfigParser.parse(texts, emptyAllowed, trees);
  }
}
