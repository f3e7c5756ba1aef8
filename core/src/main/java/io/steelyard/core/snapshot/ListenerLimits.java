package io.steelyard.core.snapshot;

/**
 * What a listener accepts at most.
 *
 * @param connections at a time, over all loops; further ones wait in the kernel's backlog. For UDP
 *     sessions; datagrams of further clients are dropped
 * @param headBytes of a request's line and header fields together, 1 KiB to 16 KiB; more is
 *     answered 431
 * @param headerFields of a request; more is answered 431
 */
public record ListenerLimits(int connections, int headBytes, int headerFields) {
  public static final ListenerLimits DEFAULT = new ListenerLimits(100_000, 16 * 1024, 128);
}
