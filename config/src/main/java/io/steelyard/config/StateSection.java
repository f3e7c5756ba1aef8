package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import io.steelyard.core.session.Keyring;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code state}. */
final class StateSection {
  /** Where {@code share} is kept unless it is none, for the rules of what sharing needs. */
  static final String SHARED = "shared";

  /** The same, if it is peers. */
  static final String SHARED_WITH_PEERS = "shared with peers";

  static final Option<Optional<Keyring>> KEYS =
      Option.optional(
          "keys",
          KeyFile.TYPE,
          "File with the secrets that session cookies are signed with, one a line: the first signs,"
              + " all are good. The same on all nodes; by default those of cluster.key.");

  static final Option<Integer> SESSIONS =
      Option.of(
          "sessions",
          Scalars.wholeNumber(1000, 10_000_000),
          StateConfig.NONE.sessions(),
          "That are remembered at a time, for 68 bytes each. One more and the one that idled"
              + " longest is forgotten.");

  static final Option<ShareConfig> SHARE =
      Option.of(
          "share",
          ShareText.TYPE,
          StateConfig.NONE.share(),
          "Whom what is remembered is shared with: nobody, the other nodes of the cluster, or"
              + " whoever asks the same store.");

  static final Option<Optional<Secret>> PASSWORD =
      Option.optional(
          "password", PasswordFile.TYPE, "Password of a Redis store, better than one in its URL.");

  static final Option<Optional<Secret>> SENTINEL_PASSWORD =
      Option.optional(
          "sentinel-password",
          PasswordFile.TYPE,
          "Password of the sentinels, where they ask for one: it may be another than the store's.");

  static final Option<Optional<List<X509Certificate>>> CA =
      Option.optional(
          "ca",
          CaFile.TYPE,
          "Whose certificates are believed of a store that speaks TLS, in PEM; by default those of"
              + " the authorities that Java believes.");

  static final Option<Duration> LOOKUP_TIMEOUT =
      Option.of(
          "lookup-timeout",
          Scalars.duration(Duration.ofMillis(1), Duration.ofSeconds(1)),
          StateConfig.NONE.lookupTimeout(),
          "That a request waits for a store to say where its session is.");

  static final Section<StateConfig> TYPE =
      Section.of(
              StateSection::build,
              KEYS,
              SESSIONS,
              SHARE,
              PASSWORD,
              SENTINEL_PASSWORD,
              CA,
              LOOKUP_TIMEOUT)
          .checked(StateSection::check);

  private StateSection() {}

  private static void check(Fields f) {
    ShareConfig share = f.find(SHARE).orElse(null);
    if (share == null) {
      return;
    }
    if (!(share instanceof ShareConfig.None)) {
      f.section().binding().note(SHARED, f.at(SHARE));
    }
    if (share instanceof ShareConfig.Peers) {
      f.section().binding().note(SHARED_WITH_PEERS, f.at(SHARE));
    }
    if (f.has(LOOKUP_TIMEOUT) && !(share instanceof ShareConfig.Store)) {
      f.at(LOOKUP_TIMEOUT).problem("only with a store in 'share', which is '" + share + "'");
    }
    if (f.has(SENTINEL_PASSWORD)
        && !(share instanceof ShareConfig.Store s && s.kind() == ShareConfig.Kind.REDIS_SENTINEL)) {
      f.at(SENTINEL_PASSWORD)
          .problem("only with sentinels in 'share' (redis+sentinel://), which is '" + share + "'");
    }
    if (f.has(CA) && !(share instanceof ShareConfig.Store store && store.tls())) {
      f.at(CA).problem("only with TLS in 'share' (rediss://), which is '" + share + "'");
    }
    if (f.has(PASSWORD)) {
      checkPassword(share, f.at(PASSWORD));
    } else if (share instanceof ShareConfig.Store store
        && !store.user().isEmpty()
        && store.password().isEmpty()) {
      f.at(SHARE).problem("a user without a password: give 'password', a file with it");
    }
  }

  private static void checkPassword(ShareConfig share, Value at) {
    if (!(share instanceof ShareConfig.Store store)) {
      at.problem("only with a Redis store in 'share', which is '" + share + "'");
    } else if (!store.kind().knowsUsers()) {
      at.problem("only with a Redis store in 'share': memcached has no passwords here");
    } else if (store.password().isPresent()) {
      at.problem("'share' has a password, too: leave that one out");
    }
  }

  private static StateConfig build(Fields f) {
    return new StateConfig(f.get(KEYS), f.get(SESSIONS), share(f), f.get(LOOKUP_TIMEOUT));
  }

  private static ShareConfig share(Fields f) {
    return f.get(SHARE) instanceof ShareConfig.Store store
        ? store.with(f.get(PASSWORD), f.get(SENTINEL_PASSWORD), f.get(CA).orElse(List.of()))
        : f.get(SHARE);
  }
}
