package io.steelyard.control.discovery;

import io.steelyard.config.ServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a source says when it is asked for servers. */
public sealed interface Answer {
  /**
   * These are there. Their addresses are literal.
   *
   * @param ttl how long that holds; empty when the source itself waits for what comes next
   * @param lack why some could not be asked about, so that what is missing may be there yet; empty
   *     when nothing was left out
   */
  record Found(List<ServerConfig> servers, Optional<Duration> ttl, String lack) implements Answer {
    public Found {
      servers = List.copyOf(servers);
    }
  }

  /**
   * There are none, says the source: nobody knows whether that is an accident.
   *
   * @param ttl as for {@link Found}
   */
  record Nothing(String why, Optional<Duration> ttl) implements Answer {}

  /** More than are allowed. */
  record TooMany(int count) implements Answer {}

  /** The source is away, or cannot be understood. */
  record Failed(String why) implements Answer {}
}
