package io.steelyard.config.bind;

/**
 * One of the texts that a document is made of.
 *
 * @param source what errors call it: a file or an address
 * @param whenEmpty what errors say when nothing stands there
 */
public record Text(String source, String content, String whenEmpty) {
  /** Of a whole configuration. */
  public Text(String source, String content) {
    this(source, content, "the configuration is empty: expected at least 'listeners' and 'pools'");
  }
}
