package io.steelyard.config;

import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.Snapshot;
import java.util.Optional;

/** {@code state}. */
final class StateSection {
  static final Option<Optional<Keyring>> KEYS =
      Option.optional(
          "keys",
          KeyFile.TYPE,
          "File with the secrets that session cookies are signed with, one a line: the first signs,"
              + " all are good. The same on all nodes.");

  static final Option<Integer> SESSIONS =
      Option.of(
          "sessions",
          Scalars.wholeNumber(1000, 10_000_000),
          Snapshot.SESSIONS_MAX_DEFAULT,
          "That are remembered at a time, for 68 bytes each. One more and the one that idled"
              + " longest is forgotten.");

  static final Section<StateConfig> TYPE =
      Section.of(f -> new StateConfig(f.get(KEYS), f.get(SESSIONS)), KEYS, SESSIONS).later("share");

  private StateSection() {}
}
