package io.steelyard.config;

import io.steelyard.config.bind.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Secrets that an option names: {@code env:NAME} is a variable of the environment, everything else
 * a file. Blocks.
 */
final class SecretText {
  private static final String ENVIRONMENT = "env:";
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private SecretText() {}

  /**
   * @param named what the option says
   * @throws ConfigException without the secret, nor what may be one
   * @throws java.nio.file.InvalidPathException when it can be no file's name
   */
  static byte[] read(Value value, String named) throws ConfigException {
    return named.startsWith(ENVIRONMENT)
        ? variable(named.substring(ENVIRONMENT.length()), System.getenv())
        : SecretFile.read(value.binding().file(named));
  }

  static byte[] variable(String name, Map<String, String> environment) throws ConfigException {
    if (!NAME.matcher(name).matches()) {
      throw refused(name, "expected the name of a variable of the environment behind 'env'");
    }
    String found = environment.get(name);
    if (found == null) {
      throw refused(name, "there is no such variable in the environment");
    }
    return found.getBytes(StandardCharsets.UTF_8);
  }

  private static ConfigException refused(String name, String why) {
    return new ConfigException(List.of(new ConfigError(ENVIRONMENT + name, 0, 0, why)));
  }
}
