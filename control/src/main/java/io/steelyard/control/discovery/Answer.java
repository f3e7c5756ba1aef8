package io.steelyard.control.discovery;

import io.steelyard.config.ServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a source says when it is asked for servers. */
public sealed interface Answer {
  /**
   * These are there. Their addresses are literal.
   *
   * @param ttl how long that holds; empty when the source itself waits for what comes next
   * @param lack what is wrong with it, so that it is not all; empty when nothing was left out
   * @param unclear what was left out and may be there yet
   */
  record Found(List<ServerConfig> servers, Optional<Duration> ttl, String lack, Unclear unclear)
      implements Answer {
    public Found {
      servers = List.copyOf(servers);
    }

    /** If it is not all nobody knows what else is there. */
    public Found(List<ServerConfig> servers, Optional<Duration> ttl, String lack) {
      this(servers, ttl, lack, new Unclear.Anything());
    }
  }

  /** Which servers an answer says nothing of, so that those of them that are known stay. */
  sealed interface Unclear {
    /** Any that it does not name. */
    record Anything() implements Unclear {}

    /** Those of these names alone: others are gone. */
    record Servers(Set<String> names) implements Unclear {
      public Servers {
        names = Set.copyOf(names);
      }
    }

    /** Whether it says nothing of the server of that name. */
    default boolean has(String name) {
      return !(this instanceof Servers(Set<String> names)) || names.contains(name);
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
