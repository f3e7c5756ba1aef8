package io.steelyard.config.bind;

/**
 * One of the texts that a document is made of.
 *
 * @param source what errors call it: a file or an address
 */
public record Text(String source, String content) {}
