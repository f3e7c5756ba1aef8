package io.steelyard.control;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Wish;
import io.steelyard.core.snapshot.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The node as it stands at a moment: what the admin API and the command line show.
 *
 * @param revision of the configuration that is served; 0 before the first
 * @param lastReload empty before the first configuration
 */
public record Status(
    String version,
    String node,
    State state,
    Duration uptime,
    long revision,
    Optional<Reload> lastReload,
    List<ListenerStatus> listeners,
    List<PoolStatus> pools) {

  /** What the node is doing. */
  public enum State {
    /** No configuration yet, or the first round of checks is under way. */
    STARTING,
    /** It serves. */
    READY,
    /** It finishes what is in flight and takes nothing new. */
    DRAINING
  }

  /**
   * The latest attempt to change the configuration.
   *
   * @param error empty when it was successful
   */
  public record Reload(boolean successful, String error, Instant at) {}

  /** A listener; its address as configured. */
  public record ListenerStatus(String name, String address, Protocol protocol) {}

  /** A pool and its servers, in the configuration's order. */
  public record PoolStatus(String name, Algorithm balance, List<ServerStatus> servers) {}

  /**
   * A server.
   *
   * @param address as configured
   * @param up what the checks say; true as long as they have said nothing
   * @param known whether a check has said something
   * @param lastCheck empty when it is not checked, or not yet
   */
  public record ServerStatus(
      String name,
      String address,
      int weight,
      boolean backup,
      Wish wish,
      boolean up,
      boolean known,
      Optional<CheckStatus> lastCheck,
      int inFlight) {
    /** The weight that counts now: 0 while it takes nothing new. */
    public int effectiveWeight() {
      return wish == Wish.SERVE && up ? weight : 0;
    }
  }

  /** What the last check found, in words. */
  public record CheckStatus(boolean passed, String text, Duration duration, Instant at) {}
}
