package io.steelyard.config;

import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The name of a file with certificates in PEM (RFC 7468), one behind the other. A relative name
 * counts from the folder of the configuration.
 */
final class CaFile implements Type<List<X509Certificate>> {
  static final CaFile TYPE = new CaFile();

  private CaFile() {}

  @Override
  public Optional<List<X509Certificate>> read(Value value) {
    if (!(value.node() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      value.expected(expected());
      return Optional.empty();
    }
    try {
      return certificates(value, value.binding().file(scalar.getValue()));
    } catch (ConfigException e) {
      value.problem(e.errors().getFirst().toString());
    } catch (InvalidPathException e) {
      value.expected(expected());
    }
    return Optional.empty();
  }

  private static Optional<List<X509Certificate>> certificates(Value value, Path file)
      throws ConfigException {
    byte[] content = FileContent.read(file);
    try {
      return Optional.of(Pem.certificates(content));
    } catch (CertificateException e) {
      value.problem(
          "expected certificates in PEM in '%s', found %s"
              .formatted(
                  file,
                  e.getMessage().equals(Pem.NONE) ? "none" : "something else: " + e.getMessage()));
    }
    return Optional.empty();
  }

  @Override
  public String expected() {
    return "the name of a file with certificates in PEM";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("type", "string");
  }
}
