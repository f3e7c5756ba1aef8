package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.core.snapshot.TlsTerms.Credential;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A certificate and its key, each in a file. */
final class CredentialSection {
  static final Option<List<X509Certificate>> CERTIFICATE =
      Option.required(
          "certificate",
          CaFile.TYPE,
          "The certificate in PEM, and behind it those that lead to its authority.");
  static final Option<byte[]> KEY =
      Option.required(
          "key", new PrivateKeyFile(), "The private key of that certificate, in PEM (PKCS #8).");

  /** Empty only when the rules have found a problem. */
  static final Section<Optional<Credential>> TYPE =
      Section.of(CredentialSection::credential, CERTIFICATE, KEY).checked(CredentialSection::check);

  private CredentialSection() {}

  private static void check(Fields f) {
    if (f.find(CERTIFICATE).isPresent() && f.find(KEY).isPresent()) {
      credential(f);
    }
  }

  private static Optional<Credential> credential(Fields f) {
    return PrivateKeyFile.identity(f, f.get(CERTIFICATE), f.get(KEY), KEY)
        .map(own -> new Credential(own.chain(), own.key()));
  }
}
