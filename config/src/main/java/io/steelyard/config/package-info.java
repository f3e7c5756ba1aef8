/**
 * Typed configuration: the records, and {@link io.steelyard.config.ConfigParser} that makes them
 * from YAML or points at every error at once.
 */
package io.steelyard.config;
