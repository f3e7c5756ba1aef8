package io.steelyard.config;

import io.steelyard.config.bind.Text;

/**
 * One of the texts that together are a configuration.
 *
 * @param source where it came from, for errors: a file or an address
 */
public record ConfigText(Part part, String source, String content) {
  /** What a text is of the whole. */
  public sealed interface Part {
    /** The node's own file: everything, or what is left beside what nodes share. */
    record Own() implements Part {}

    /**
     * One of several files that together are the node's own: listeners and pools add up, everything
     * else stands in one of them.
     */
    record Piece() implements Part {}

    /** Listeners and pools, which nodes share; several such texts add up. */
    record Shared() implements Part {}

    /** One server of a pool, as it would stand in the pool's list, by this name. */
    record Server(String pool, String name) implements Part {}
  }

  /** The node's own. */
  public static ConfigText own(String source, String content) {
    return new ConfigText(new Part.Own(), source, content);
  }

  /** One of several that are the node's own. */
  public static ConfigText piece(String source, String content) {
    return new ConfigText(new Part.Piece(), source, content);
  }

  /** What nodes share. */
  public static ConfigText shared(String source, String content) {
    return new ConfigText(new Part.Shared(), source, content);
  }

  /** A server that stands by itself. */
  public static ConfigText server(String pool, String name, String source, String content) {
    return new ConfigText(new Part.Server(pool, name), source, content);
  }

  Text text() {
    return part instanceof Part.Server
        ? new Text(source, content, "nothing stands here: expected the address of a server")
        : new Text(source, content);
  }
}
