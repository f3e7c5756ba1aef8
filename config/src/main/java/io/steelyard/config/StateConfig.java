package io.steelyard.config;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.Snapshot;
import java.util.Optional;

/**
 * What nodes have in common beside their configuration.
 *
 * @param keys what session cookies are signed with; none: a key of each process's own
 * @param sessions how many are remembered at a time
 */
public record StateConfig(Optional<Keyring> keys, int sessions) {
  /** Nothing in common. */
  public static final StateConfig NONE =
      new StateConfig(Optional.empty(), Snapshot.SESSIONS_MAX_DEFAULT);
}
