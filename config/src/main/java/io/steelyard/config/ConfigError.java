package io.steelyard.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file where it was read from, or the command line option it came from
 * @param line from 1; 0 when the error concerns the file as a whole
 * @param column from 1, in code points; 0 when the error concerns the file as a whole
 */
public record ConfigError(String file, int line, int column, String message) {
  /** What is wrong may be shown to everybody, also where a secret stands at the wrong place. */
  public ConfigError {
    message = TextSecrets.mask(message);
  }

  /** {@code site.yaml:4:7: message}. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
  }
}
