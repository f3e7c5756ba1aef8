package io.steelyard.core.server;

/** A server's name in its pool: what live state hangs on from snapshot to snapshot. */
public record ServerId(String pool, String server) {
  @Override
  public String toString() {
    return pool + "/" + server;
  }
}
