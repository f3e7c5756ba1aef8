package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** {@code admin.tls}. */
final class AdminTlsSection {
  static final Option<List<X509Certificate>> CERTIFICATE =
      Option.required(
          "certificate",
          CaFile.TYPE,
          "Its certificate in PEM, and behind it those that lead to its authority.");

  static final Option<byte[]> KEY =
      Option.required(
          "key", new PrivateKeyFile(), "The private key of that certificate, in PEM (PKCS #8).");

  static final Option<Optional<List<X509Certificate>>> CLIENT_CA =
      Option.optional(
          "client-ca",
          CaFile.TYPE,
          "Whose certificates are believed of clients, in PEM: who has one of theirs may ask.");

  static final Section<Optional<AdminTls>> TYPE =
      Section.of(AdminTlsSection::build, CERTIFICATE, KEY, CLIENT_CA)
          .checked(AdminTlsSection::check);

  private AdminTlsSection() {}

  private static void check(Fields f) {
    if (f.find(CERTIFICATE).isEmpty() || f.find(KEY).isEmpty()) {
      return;
    }
    identity(f);
  }

  private static Optional<Identity> identity(Fields f) {
    return PrivateKeyFile.identity(f, f.get(CERTIFICATE), f.get(KEY), KEY);
  }

  /** Empty only when the rules have found a problem. */
  private static Optional<AdminTls> build(Fields f) {
    return identity(f)
        .map(own -> new AdminTls(own.chain(), own.key(), f.get(CLIENT_CA).orElse(List.of())));
  }
}
