package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.nio.file.InvalidPathException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The name of a file with a private key in PEM: what it is worth is known only beside its
 * certificate.
 */
record PrivateKeyFile() implements Type<byte[]> {
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

  /** Both together; empty, and a problem at the key, if they do not belong together. */
  static Optional<Identity> identity(
      Fields f, List<X509Certificate> chain, byte[] key, Option<?> at) {
    try {
      return Optional.of(new Identity(chain, Pem.privateKey(key, chain.getFirst().getPublicKey())));
    } catch (GeneralSecurityException e) {
      f.at(at)
          .problem(
              "expected the private key of 'certificate' in PEM (PKCS #8), %s"
                  .formatted(e.getMessage()));
      return Optional.empty();
    }
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
