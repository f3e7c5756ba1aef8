package io.steelyard.wire.http1;

/**
 * How large a head may be.
 *
 * @param bytes of the start line and the header fields together
 * @param fields how many header fields
 */
public record HeadLimits(int bytes, int fields) {
  public static final HeadLimits DEFAULT = new HeadLimits(16 * 1024, 128);
}
