package io.steelyard.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a pool's servers are found beside those that are listed.
 *
 * @param limits how often that is looked at, and how much of it is taken
 */
public record DiscoverConfig(Source source, Limits limits) {
  /** Where servers are found. */
  public sealed interface Source {
    /** Addresses of a name, all with the same port and weight. */
    record Dns(String name, int port, int weight, Family family, Optional<Address.Tcp> resolver)
        implements Source {
      @Override
      public String toString() {
        return "dns " + name + ":" + port;
      }
    }

    /** Records of a service (RFC 2782), which say port, weight and priority. */
    record Srv(String name, Family family, Optional<Address.Tcp> resolver) implements Source {
      @Override
      public String toString() {
        return "srv " + name;
      }
    }

    /** A file with a server in each line. */
    record File(Path file, int weight) implements Source {
      @Override
      public String toString() {
        return "file " + file;
      }
    }

    /**
     * The healthy instances of a service in Consul's catalogue.
     *
     * @param tag which they all have; empty for any
     * @param datacenter empty for the agent's own
     */
    record Consul(
        String service, Address.Tcp at, String tag, Optional<Secret> token, String datacenter)
        implements Source {
      @Override
      public String toString() {
        return "consul " + service + " at " + at;
      }
    }
  }

  /** Which addresses of a name are taken. */
  public enum Family {
    /** All of them. */
    BOTH,
    /** Those of IPv4; of IPv6 when there are none. */
    IPV4,
    /** Those of IPv6; of IPv4 when there are none. */
    IPV6
  }

  /**
   * Bounds.
   *
   * @param intervalMin between two look-ups at least
   * @param intervalMax between two look-ups at most
   * @param serversMax an answer with more is refused
   * @param maxConnections of each server that is found; 0 is no limit
   */
  public record Limits(
      Duration intervalMin, Duration intervalMax, int serversMax, int maxConnections) {
    /** When nothing else is said. */
    public static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(1), Duration.ofMinutes(5), 1000, 0);
  }

  /** Of which kind it is: {@code dns}, {@code srv}, {@code file} or {@code consul}. */
  public String kind() {
    return source.toString().substring(0, source.toString().indexOf(' '));
  }
}
