package io.steelyard.cluster;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * That an operator has ended sessions, as nodes tell each other of it in a {@link Fact}: there is
 * one for each pool or server that this was ever done to, which says when it was done last.
 *
 * @param pool its name; empty: of all pools
 * @param server the name of a server of that pool; empty: of all servers
 * @param stamp of a hybrid clock: those have ended that came to be at home there until then
 */
public record Clearing(Optional<String> pool, Optional<String> server, long stamp) {
  private static final String NAME = "clear";

  /** The name of the fact. */
  public String name() {
    return NAME + pool.map(p -> "/" + p).orElse("") + server.map(s -> "/" + s).orElse("");
  }

  /** What the fact says. */
  public byte[] value() {
    return ByteBuffer.allocate(Long.BYTES).putLong(stamp).array();
  }

  /** What a fact tells; empty: it is about something else. */
  public static Optional<Clearing> of(String name, byte[] value) {
    String[] parts = name.split("/", 3);
    if (!parts[0].equals(NAME) || value.length != Long.BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        new Clearing(part(parts, 1), part(parts, 2), ByteBuffer.wrap(value).getLong()));
  }

  private static Optional<String> part(String[] parts, int i) {
    return i < parts.length ? Optional.of(parts[i]) : Optional.empty();
  }
}
