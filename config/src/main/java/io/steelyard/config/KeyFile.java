package io.steelyard.config;

import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import io.steelyard.core.session.Keyring;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The name of a file with secrets, one a line; empty lines and those that begin with # do not
 * count. A relative name counts from the folder of the configuration. Or {@code env:NAME}, a
 * variable of the environment with the same.
 */
final class KeyFile implements Type<Keyring> {
  static final KeyFile TYPE = new KeyFile();

  private static final String HOW_TO_MAKE = "openssl rand -hex 32";

  private KeyFile() {}

  @Override
  public Optional<Keyring> read(Value value) {
    if (!(value.node() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      value.expected(expected());
      return Optional.empty();
    }
    try {
      return secrets(value, scalar.getValue());
    } catch (ConfigException e) {
      value.problem(e.errors().getFirst() + advice(e));
    } catch (InvalidPathException e) {
      value.expected(expected());
    }
    return Optional.empty();
  }

  /** A new secret helps who has none; not who may not read it. */
  private static String advice(ConfigException e) {
    return e.errors().getFirst().message().contains("permission denied")
        ? "; let the user that Steelyard runs as read it"
        : "; make a secret with " + HOW_TO_MAKE;
  }

  private static Optional<Keyring> secrets(Value value, String named) throws ConfigException {
    List<byte[]> secrets =
        new String(SecretText.read(value, named), StandardCharsets.ISO_8859_1)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> line.getBytes(StandardCharsets.ISO_8859_1))
            .toList();
    if (secrets.isEmpty() || secrets.size() > Keyring.SECRETS_MAX) {
      value.problem(
          "expected 1 to %d secrets in '%s', one a line, found %d: make one with %s"
              .formatted(Keyring.SECRETS_MAX, named, secrets.size(), HOW_TO_MAKE));
      return Optional.empty();
    }
    for (byte[] secret : secrets) {
      if (secret.length < Keyring.SECRET_BYTES_MIN) {
        value.problem(
            "secret %d in '%s' has %d characters, expected %d or more: make one with %s"
                .formatted(
                    secrets.indexOf(secret) + 1,
                    named,
                    secret.length,
                    Keyring.SECRET_BYTES_MIN,
                    HOW_TO_MAKE));
        return Optional.empty();
      }
    }
    return Optional.of(Keyring.of(secrets));
  }

  @Override
  public String expected() {
    return "the name of a file, or env:NAME for a variable of the environment";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("type", "string");
  }
}
