package io.steelyard.wire.http1;

/**
 * How large a head may be.
 *
 * @param bytes of the start line and the header fields together, up to the empty line's end
 * @param fields how many header fields
 */
public record HeadLimits(int bytes, int fields) {
  public static final HeadLimits DEFAULT = new HeadLimits(16 * 1024, 128);

  public HeadLimits {
    if (bytes < 1 || fields < 1) {
      throw new IllegalArgumentException("limits must be positive: " + bytes + ", " + fields);
    }
  }
}
