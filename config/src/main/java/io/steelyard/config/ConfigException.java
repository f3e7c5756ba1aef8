package io.steelyard.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration was refused; holds every error that was found, by position: of more than 200 the
 * first ones, and how many more there are. Its message is the errors, one a line.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigError> errors;

  /** With at least one error. */
  public ConfigException(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** At least one; sorted by position. */
  public List<ConfigError> errors() {
    return errors;
  }
}
