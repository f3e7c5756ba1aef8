package io.steelyard.config;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.Snapshot;
import java.time.Duration;
import java.util.Optional;

/**
 * What nodes have in common beside their configuration.
 *
 * @param keys what session cookies are signed with; none: the cluster's key, and without one a key
 *     of each process's own
 * @param sessions how many are remembered at a time
 * @param share whom what is remembered is shared with
 * @param lookupTimeout how long a request waits for a store to say where its session is
 */
public record StateConfig(
    Optional<Keyring> keys, int sessions, ShareConfig share, Duration lookupTimeout) {
  /** Nothing in common. */
  public static final StateConfig NONE =
      new StateConfig(
          Optional.empty(),
          Snapshot.SESSIONS_MAX_DEFAULT,
          new ShareConfig.None(),
          Duration.ofMillis(20));
}
