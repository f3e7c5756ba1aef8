package io.steelyard.net;

/**
 * How a loop is made.
 *
 * @param index its number, from 0
 * @param buffersMax how many buffers of 17 KiB it may use at most
 */
public record LoopOptions(int index, int buffersMax) {
  /** 8192 buffers, 136 MiB, if all were used at once. */
  public static final int DEFAULT_BUFFERS_MAX = 8192;
}
