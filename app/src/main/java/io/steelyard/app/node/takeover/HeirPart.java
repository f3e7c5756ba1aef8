package io.steelyard.app.node.takeover;

import java.util.Optional;

/**
 * Something that goes from a process to the one that takes over from it, beside sockets and
 * sessions: a named value. What it says is a matter between the two, which may be of different
 * versions; who does not know the name passes it over.
 */
public interface HeirPart {
  /** At most 255 bytes in UTF-8. */
  String name();

  /** In the old process: what the new one is to know. At most {@link Parts#BYTES_MAX} bytes. */
  byte[] give();

  /**
   * In the new process, before its first configuration and so before it serves.
   *
   * @throws IllegalArgumentException if it cannot be understood; it is said, and passed over
   */
  void take(byte[] value);

  /** In the old process: the new one serves, and what was given is its own from now on. */
  default void given() {}

  /**
   * In the old process, after {@link Estate#letGo}: what only the end could tell, if anything. A
   * few tens of kilobytes at most.
   */
  default Optional<byte[]> lastWord() {
    return Optional.empty();
  }

  /**
   * In the new process, as soon as the old one has let go.
   *
   * @throws IllegalArgumentException as {@link #take}
   */
  default void takeLast(byte[] value) {}
}
