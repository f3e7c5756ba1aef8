package io.steelyard.net;

/**
 * What a loop counts; written by its thread, read by any: plain longs, each a moment old at most.
 */
public final class LoopCounters {
  long accepted;
  long acceptFailures;
  long connectionsOpen;
  long pipesOpen;
  long buffersInUse;
  long buffersExhausted;
  long wakeUps;
  long failedTasks;

  LoopCounters() {}

  public long accepted() {
    return accepted;
  }

  /** Connections that could not be accepted (out of file descriptors, most often). */
  public long acceptFailures() {
    return acceptFailures;
  }

  public long connectionsOpen() {
    return connectionsOpen;
  }

  /** Pipes held for splice, pooled ones included. */
  public long pipesOpen() {
    return pipesOpen;
  }

  /** Buffers in somebody's hands. */
  public long buffersInUse() {
    return buffersInUse;
  }

  /** How often a buffer was wanted and the limit was reached. */
  public long buffersExhausted() {
    return buffersExhausted;
  }

  public long wakeUps() {
    return wakeUps;
  }

  /** Tasks and handlers that threw: a defect of this program, survived. */
  public long failedTasks() {
    return failedTasks;
  }
}
