package io.steelyard.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A configuration was refused; holds every error that was found, by position: of more than 200 the
 * first ones, and how many more there are. Its message is the errors, one a line.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigError> errors;
  private final transient Set<Path> files;

  /** With at least one error. */
  public ConfigException(List<ConfigError> errors) {
    this(errors, Set.of());
  }

  /** With at least one error, which may stand in files that the configuration names. */
  public ConfigException(List<ConfigError> errors, Set<Path> files) {
    super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
    this.files = Set.copyOf(files);
  }

  /** The files that the configuration names, as far as it could be read. */
  public Set<Path> files() {
    return files;
  }

  /** At least one; sorted by position. */
  public List<ConfigError> errors() {
    return errors;
  }
}
