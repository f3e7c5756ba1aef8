package io.steelyard.config;

/**
 * What a node's own file says of the rest.
 *
 * @param from where the rest comes from
 */
public record OwnConfig(FromConfig from, FromOptions options) {}
