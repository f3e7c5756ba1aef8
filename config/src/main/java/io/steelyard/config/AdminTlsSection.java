package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.nio.file.InvalidPathException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code admin.tls}. */
final class AdminTlsSection {
  static final Option<List<X509Certificate>> CERTIFICATE =
      Option.required(
          "certificate",
          CaFile.TYPE,
          "Its certificate in PEM, and behind it those that lead to its authority.");

  static final Option<byte[]> KEY =
      Option.required(
          "key", new KeyBytes(), "The private key of that certificate, in PEM (PKCS #8).");

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
    try {
      key(f);
    } catch (GeneralSecurityException e) {
      f.at(KEY)
          .problem(
              "expected the private key of 'certificate' in PEM (PKCS #8), %s"
                  .formatted(e.getMessage()));
    }
  }

  private static PrivateKey key(Fields f) throws GeneralSecurityException {
    return Pem.privateKey(f.get(KEY), f.get(CERTIFICATE).getFirst().getPublicKey());
  }

  /** Empty only when the rules have found a problem. */
  private static Optional<AdminTls> build(Fields f) {
    try {
      return Optional.of(
          new AdminTls(f.get(CERTIFICATE), key(f), f.get(CLIENT_CA).orElse(List.of())));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** The name of a file with a key: what it is worth is known only beside its certificate. */
  private record KeyBytes() implements Type<byte[]> {
    @Override
    public Optional<byte[]> read(Value value) {
      if (!(value.node() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
        value.expected(expected());
        return Optional.empty();
      }
      try {
        return Optional.of(SecretFile.read(value.binding().file(scalar.getValue())));
      } catch (ConfigException e) {
        value.problem(e.errors().getFirst().toString());
      } catch (InvalidPathException e) {
        value.expected(expected());
      }
      return Optional.empty();
    }

    @Override
    public String expected() {
      return "the name of a file with a private key in PEM";
    }

    @Override
    public Map<String, Object> schema() {
      return Map.of("type", "string");
    }
  }
}
