package io.steelyard.net;

/**
 * How a loop is made.
 *
 * @param index its number, from 0
 * @param buffersMax how many buffers of 17 KiB it may use at most
 * @param oneOfSeveral whether other loops do the same work: then a loop that wakes up does not take
 *     the core from who is just running there (sched(7), SCHED_BATCH). Who runs is another loop, or
 *     a server or client on the same machine; interrupted after every event, it makes each of the
 *     loops' batches smaller. A core that is free is taken at once all the same.
 */
public record LoopOptions(int index, int buffersMax, boolean oneOfSeveral) {
  /** 8192 buffers, 136 MiB, if all were used at once. */
  public static final int DEFAULT_BUFFERS_MAX = 8192;
}
