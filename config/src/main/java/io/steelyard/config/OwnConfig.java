package io.steelyard.config;

/**
 * What a node's own file says of the rest.
 *
 * @param from where the rest comes from, with what it takes to be let in there
 */
public record OwnConfig(FromConfig from, FromOptions options) {
  static OwnConfig of(FromConfig url, FromOptions options) {
    return new OwnConfig(url.with(options.credentials()), options);
  }
}
