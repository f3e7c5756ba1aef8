package io.steelyard.core.route;

/**
 * Sends requests whose host and path match to a pool.
 *
 * @param host lower-case host without port; {@code *.example} matches any number of labels before
 *     it; empty matches all
 * @param path prefix that ends at a segment's end: {@code /api} matches {@code /api}, {@code
 *     /api/x} and {@code /api?x}, not {@code /apix}; {@code /api/} matches what begins so; {@code
 *     /} and empty match all
 * @param pool index in {@link io.steelyard.core.snapshot.Snapshot#pools()}
 */
public record Route(String host, String path, int pool) {}
