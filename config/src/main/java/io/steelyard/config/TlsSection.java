package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.ClientTrust;
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
          "Several, of which the name chooses that a client asks for (SNI), and of one of each type"
              + " of key for the same name what the client understands; the first is for all others.");
  static final Option<Version> MIN_VERSION =
      Option.of("min-version", versions(), Version.TLS_1_2, "What clients have to speak at least.");
  static final Option<Optional<List<X509Certificate>>> CLIENT_CA =
      Option.optional(
          "client-ca",
          CaFile.TYPE,
          "Whose certificates are believed of clients, in PEM; servers are told whose it is.");
  static final Option<Boolean> CLIENT_CERTIFICATE =
      Option.of(
          "client-certificate",
          required(),
          true,
          "Whether clients need one; one that is not believed is refused in any case.");

  static final Section<Optional<TlsTerms>> TYPE =
      Section.of(
              TlsSection::build,
              CERTIFICATE,
              KEY,
              CERTIFICATES,
              MIN_VERSION,
              CLIENT_CA,
              CLIENT_CERTIFICATE)
          .exactlyOneOf(CERTIFICATE, CERTIFICATES)
          .checked(TlsSection::check);

  private TlsSection() {}

  private static Scalar<Version> versions() {
    LinkedHashMap<String, Version> choices = new LinkedHashMap<>();
    choices.put("1.2", Version.TLS_1_2);
    choices.put("1.3", Version.TLS_1_3);
    return Scalars.choice(choices, List.of());
  }

  private static Scalar<Boolean> required() {
    LinkedHashMap<String, Boolean> choices = new LinkedHashMap<>();
    choices.put("required", true);
    choices.put("optional", false);
    return Scalars.choice(choices, List.of());
  }

  private static void check(Fields f) {
    if (f.has(CLIENT_CERTIFICATE) && !f.has(CLIENT_CA)) {
      f.at(CLIENT_CERTIFICATE)
          .problem("this needs 'client-ca': whose certificates are believed of clients");
    }
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
    return all.isEmpty() ? Optional.empty() : Optional.of(terms(f, all));
  }

  private static TlsTerms terms(Fields f, List<Credential> all) {
    TlsTerms terms = new TlsTerms(all, f.get(MIN_VERSION));
    return f.get(CLIENT_CA)
        .map(ca -> terms.with(new ClientTrust(ca, f.get(CLIENT_CERTIFICATE))))
        .orElse(terms);
  }
}
