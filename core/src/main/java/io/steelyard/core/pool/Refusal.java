package io.steelyard.core.pool;

/** Why a request gets no server. */
public enum Refusal {
  NO_SERVER("the pool has no server"),
  ALL_DOWN("all servers are down"),
  ALL_FULL("all servers are full or were tried"),
  QUEUE_FULL("all servers are full, and the queue is too"),
  QUEUE_TIMEOUT("no server had room in time");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  /** In words, for the log and the client. */
  public String text() {
    return text;
  }
}
