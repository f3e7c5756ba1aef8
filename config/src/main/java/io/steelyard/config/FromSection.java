package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code store}. */
final class FromSection {
  static final Option<Optional<String>> LAST_GOOD =
      Option.optional(
          "last-good",
          Scalars.text("the name of a file", Pattern.compile("[^\\x00]{1,4096}")),
          "File with what was served last, for a start without the store; by default the"
              + " configuration's own name with .last-good behind it.");

  static final Option<Boolean> ACCEPT_LOSSES =
      Option.of(
          "accept-losses",
          Scalars.truth(),
          FromOptions.DEFAULT.acceptLosses(),
          "Whether a pool may lose more than half of its servers in one change of the store.");

  static final Option<Optional<Secret>> PASSWORD =
      Option.optional(
          "password",
          PasswordFile.TYPE,
          "Password of the URL's user, better than one in the URL itself; for Consul its token.");

  static final Option<Optional<List<X509Certificate>>> CA =
      Option.optional(
          "ca",
          CaFile.TYPE,
          "Whose certificates are believed of a store that speaks TLS, in PEM; by default those of"
              + " the authorities that Java believes.");

  static final Option<Optional<List<X509Certificate>>> CERTIFICATE =
      Option.optional(
          "certificate",
          CaFile.TYPE,
          "What this node shows a store that asks for certificates, in PEM, and behind it those that"
              + " lead to its authority.");

  static final Option<Optional<byte[]>> KEY =
      Option.optional(
          "key", new PrivateKeyFile(), "Private key of that certificate, in PEM (PKCS #8).");

  static final Section<FromOptions> TYPE =
      Section.of(FromSection::build, LAST_GOOD, ACCEPT_LOSSES, PASSWORD, CA, CERTIFICATE, KEY)
          .checked(FromSection::noteCredentials)
          .checked(FromSection::checkIdentity);

  private FromSection() {}

  /** Whether they fit says {@code from}, which stands beside this. */
  private static void noteCredentials(Fields f) {
    for (Option<?> option : List.of(PASSWORD, CA, CERTIFICATE)) {
      if (f.has(option)) {
        f.section().binding().note(option, f.at(option));
      }
    }
  }

  private static void checkIdentity(Fields f) {
    if (f.has(CERTIFICATE) != f.has(KEY)) {
      f.at(f.has(KEY) ? KEY : CERTIFICATE).problem("'certificate' and 'key' belong together");
    }
    identity(f);
  }

  private static Optional<Identity> identity(Fields f) {
    Optional<List<X509Certificate>> chain = f.find(CERTIFICATE).orElse(Optional.empty());
    Optional<byte[]> key = f.find(KEY).orElse(Optional.empty());
    return chain.isPresent() && key.isPresent()
        ? PrivateKeyFile.identity(f, chain.get(), key.get(), KEY)
        : Optional.empty();
  }

  /** What is given beside a URL has to go with it. Of the section that both stand in. */
  static void check(Fields f) {
    Optional<FromConfig> from = f.find(ConfigSection.FROM).orElse(Optional.empty());
    if (from.isPresent() && from.get() instanceof FromConfig.Folder) {
      refuse(f, PASSWORD, "a folder has no password");
      refuse(f, CA, "a folder has no certificates");
      refuse(f, CERTIFICATE, "a folder asks for no certificate");
    }
    if (from.isPresent() && from.get() instanceof FromConfig.Store store) {
      if (store.password().isPresent()) {
        refuse(f, PASSWORD, "'from' has a password, too: leave that one out");
      }
      if (!store.user().isEmpty() && store.password().isEmpty()) {
        requirePassword(f, store);
      }
      if (!store.tls()) {
        String secure = store.kind().scheme(true);
        String why = "only with TLS in 'from' (" + secure + "://), which is '" + store + "'";
        refuse(f, CA, why);
        refuse(f, CERTIFICATE, why);
      }
      checkUser(f, store);
    }
  }

  /** ZooKeeper's digest is of both. */
  private static void checkUser(Fields f, FromConfig.Store store) {
    boolean password =
        store.password().isPresent() || !f.section().binding().noted(PASSWORD).isEmpty();
    if (store.kind() == FromConfig.Kind.ZOOKEEPER && store.user().isEmpty() && password) {
      f.at(ConfigSection.FROM)
          .problem(
              "ZooKeeper's users have a name and a password: the name stands before the hosts");
    }
  }

  private static void requirePassword(Fields f, FromConfig.Store store) {
    if (f.section().binding().noted(PASSWORD).isEmpty()) {
      f.at(ConfigSection.FROM)
          .problem(
              "user '%s' has no password: name its file beside, 'store: {password: FILE}'"
                  .formatted(Spelling.quotable(store.user())));
    }
  }

  private static void refuse(Fields f, Option<?> option, String why) {
    f.section().binding().noted(option).forEach(at -> at.problem(why));
  }

  private static FromOptions build(Fields f) {
    Optional<Path> lastGood = f.get(LAST_GOOD).map(f.section().binding().folder()::resolve);
    return new FromOptions(
        lastGood,
        f.get(ACCEPT_LOSSES),
        new FromCredentials(
            f.get(PASSWORD), new ClientTls(f.get(CA).orElse(List.of()), identity(f))));
  }
}
