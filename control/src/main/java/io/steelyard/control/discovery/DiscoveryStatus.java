package io.steelyard.control.discovery;

/**
 * How a pool's discovery stands.
 *
 * @param source where its servers come from, in words
 */
public record DiscoveryStatus(String source, Knowledge knowledge) {}
