package io.steelyard.control;

/**
 * Who this is.
 *
 * @param version of Steelyard
 * @param name of the node, by default its host name
 */
public record NodeInfo(String version, String name) {}
