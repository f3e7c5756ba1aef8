/**
 * A small typed binder from a YAML node tree to values: options with their defaults, errors that
 * accumulate and carry their position. Knows nothing of what is configured.
 */
package io.steelyard.config.bind;
