package io.steelyard.control;

import io.steelyard.cluster.ShareStatus;
import io.steelyard.control.discovery.DiscoveryStatus;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Standing;
import io.steelyard.core.server.ServerTraffic;
import io.steelyard.core.snapshot.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The node as it stands at a moment: what the admin API and the command line show.
 *
 * @param revision of the configuration that is served; 0 before the first
 * @param lastReload empty before the first configuration
 * @param share what it shares with other nodes
 * @param shared the part of its configuration that it shares with them, if any
 */
public record Status(
    String version,
    String node,
    State state,
    Duration uptime,
    long revision,
    Optional<Reload> lastReload,
    List<ListenerStatus> listeners,
    List<PoolStatus> pools,
    ShareStatus share,
    Optional<SharedStatus> shared) {

  /** What the node is doing. */
  public enum State {
    /** No configuration yet, or the first round of checks is under way. */
    STARTING,
    /** It serves. */
    READY,
    /** It finishes what is in flight and takes nothing new. */
    DRAINING
  }

  /** A pool; empty when there is none of that name. */
  public Optional<PoolStatus> pool(String name) {
    return pools.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /**
   * The latest attempt to change the configuration.
   *
   * @param error empty when it was successful
   */
  public record Reload(boolean successful, String error, Instant at) {}

  /** A listener; its address as configured. */
  public record ListenerStatus(String name, String address, Protocol protocol) {}

  /**
   * A pool and its servers, in the configuration's order; those that were found come last.
   *
   * @param discovery how it finds servers, if it does
   */
  public record PoolStatus(
      String name,
      Algorithm balance,
      PoolLive live,
      List<ServerStatus> servers,
      Optional<DiscoveryStatus> discovery) {
    /** Of a pool that only has the servers that are listed. */
    public PoolStatus(String name, Algorithm balance, PoolLive live, List<ServerStatus> servers) {
      this(name, balance, live, servers, Optional.empty());
    }

    /** A server; empty when there is none of that name. */
    public Optional<ServerStatus> server(String wanted) {
      return servers.stream().filter(s -> s.name().equals(wanted)).findFirst();
    }
  }

  /**
   * What a pool is doing.
   *
   * @param panic whether so few are healthy that health is not asked for
   * @param inFlight requests, those to servers that are no member any more included
   * @param waiting requests that wait for a server with room
   * @param retrying retries under way
   * @param concurrencyMax requests in flight at a time that are allowed now; 0 is no limit
   */
  public record PoolLive(
      boolean panic, int inFlight, int waiting, int retrying, int concurrencyMax) {}

  /** A server: as configured, and as it fares. */
  public record ServerStatus(ServerPlace place, ServerLive live, Optional<CheckStatus> lastCheck) {
    public String name() {
      return place.name();
    }

    /** The weight that counts now: 0 while it takes nothing new, less while it starts slowly. */
    public double effectiveWeight() {
      return live.standing().takesNew() ? live.weight() * live.ramp() : 0;
    }
  }

  /**
   * What the configuration says of a server.
   *
   * @param address as configured
   */
  public record ServerPlace(
      String name, String address, int weight, boolean backup, String zone, int maxConnections) {}

  /**
   * How a server fares.
   *
   * @param weight the operator's, or the configured one
   * @param ramp the part of its weight that counts, above 0 to 1; less than 1 while it starts
   *     slowly
   * @param reportedLoad what it says of its own load: 0 idle, 1 full; empty without a fresh report
   * @param latency as its traffic shows; zero before the first response
   * @param tries how those have ended that it was given
   */
  public record ServerLive(
      Standing standing,
      int weight,
      double ramp,
      int inFlight,
      OptionalDouble reportedLoad,
      Duration latency,
      Tries tries) {}

  /**
   * Requests that were tried at a server, and connections over TCP, which have ended: since it is
   * known here.
   *
   * @param ended all of them, those that clients gave up included
   * @param failed of these, to which the server answered with an error of its own, or not at all,
   *     or not in time
   */
  public record Tries(long ended, long failed) {
    static Tries of(ServerTraffic traffic) {
      // In the order in which loops count them: those that failed are never more than all.
      long failed = traffic.endedBadly();
      return new Tries(Math.max(failed, traffic.ended()), failed);
    }
  }

  /** What the last check found, in words. */
  public record CheckStatus(boolean passed, String text, Duration duration, Instant at) {}
}
