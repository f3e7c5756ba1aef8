package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.Credential;
import io.steelyard.core.snapshot.TlsTerms.Version;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** {@code listeners.NAME.tls} as a mapping. */
final class TlsSection {
  static final ListOf<Optional<Credential>> LIST =
      new ListOf<>("certificate", CredentialSection.TYPE, 1, 1000);

  static final Option<Optional<List<X509Certificate>>> CERTIFICATE =
      Option.optional(
          "certificate",
          CaFile.TYPE,
          "The only certificate, in PEM, and behind it those that lead to its authority.");
  static final Option<Optional<byte[]>> KEY =
      Option.optional(
          "key", new PrivateKeyFile(), "The private key of that certificate, in PEM (PKCS #8).");
  static final Option<Optional<List<Optional<Credential>>>> CERTIFICATES =
      Option.optional(
          "certificates",
          LIST,
          "Several, of which the name chooses that a client asks for (SNI); the first is for all"
              + " others.");
  static final Option<Version> MIN_VERSION =
      Option.of("min-version", versions(), Version.TLS_1_2, "What clients have to speak at least.");

  static final Section<Optional<TlsTerms>> TYPE =
      Section.of(TlsSection::build, CERTIFICATE, KEY, CERTIFICATES, MIN_VERSION)
          .exactlyOneOf(CERTIFICATE, CERTIFICATES)
          .checked(TlsSection::check);

  private TlsSection() {}

  private static Scalar<Version> versions() {
    LinkedHashMap<String, Version> choices = new LinkedHashMap<>();
    choices.put("1.2", Version.TLS_1_2);
    choices.put("1.3", Version.TLS_1_3);
    return Scalars.choice(choices, List.of());
  }

  private static void check(Fields f) {
    if (f.has(CERTIFICATE) != f.has(KEY)) {
      f.at(f.has(KEY) ? KEY : CERTIFICATE)
          .problem("'certificate' and 'key' belong together: give both");
    } else {
      single(f);
    }
  }

  private static Optional<Credential> single(Fields f) {
    Optional<List<X509Certificate>> chain = f.find(CERTIFICATE).flatMap(c -> c);
    Optional<byte[]> key = f.find(KEY).flatMap(k -> k);
    return chain.isEmpty() || key.isEmpty()
        ? Optional.empty()
        : PrivateKeyFile.identity(f, chain.get(), key.get(), KEY)
            .map(own -> new Credential(own.chain(), own.key()));
  }

  /** Empty only when the rules have found a problem. */
  private static Optional<TlsTerms> build(Fields f) {
    List<Credential> several =
        f.get(CERTIFICATES).stream().flatMap(List::stream).flatMap(Optional::stream).toList();
    List<Credential> all = several.isEmpty() ? single(f).stream().toList() : several;
    return all.isEmpty() ? Optional.empty() : Optional.of(new TlsTerms(all, f.get(MIN_VERSION)));
  }
}
