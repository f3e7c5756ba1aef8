package io.steelyard.core.pool;

/** Why a request gets no server. */
public enum Refusal {
  NO_SERVER("the pool has no server"),
  NONE_WANTED("all servers are drained, in maintenance or without weight"),
  ALL_DOWN("all servers are down"),
  ALL_TRIED("all servers were tried in vain"),
  ALL_FULL("all servers are full or were tried"),
  POOL_FULL("the pool has as many requests in flight as it may"),
  SESSION_LOST("the session's server is gone, and its sessions go to no other"),
  QUEUE_FULL("all servers are full, and the queue is too"),
  QUEUE_TIMEOUT("no server had room in time"),
  TOTAL_TIMEOUT("there was no time left for another try");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  /** In words, for the log and the client. */
  public String text() {
    return text;
  }

  /** Whether it passes when a request that is in flight now ends: then it pays to wait. */
  public boolean passes() {
    return this == ALL_FULL || this == POOL_FULL;
  }
}
