package io.steelyard.config;

import io.steelyard.core.snapshot.LoadReporting;
import java.time.Duration;

/**
 * How the servers of a pool report their own load, for {@code balance: custom-load}.
 *
 * @param metric which of an ORCA report counts: {@code cpu}, {@code memory}, {@code application} or
 *     the name of one of the server's own; nothing to an agent
 * @param interval between two times that a server is asked; nothing to {@link Source.InResponse}
 * @param expire how long a report holds; at least {@code interval}
 */
public record LoadConfig(Source source, String metric, Duration interval, Duration expire) {
  public static final String DEFAULT_METRIC = "application";
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  public static final Duration DEFAULT_EXPIRE = Duration.ofSeconds(10);

  /** The source with everything else at its default. */
  public static LoadConfig of(Source source) {
    return new LoadConfig(source, DEFAULT_METRIC, DEFAULT_INTERVAL, DEFAULT_EXPIRE);
  }

  /** What the data plane needs to know of it. */
  public LoadReporting reporting() {
    return new LoadReporting(source instanceof Source.InResponse, metric, expire);
  }

  /** Where reports come from. */
  public sealed interface Source {
    /**
     * A connection to this place yields one line of HAProxy's agent-check grammar; {@link
     * Endpoint.Port} or {@link Endpoint.At}.
     */
    record Agent(Endpoint endpoint) implements Source {}

    /** GET of this path at the server's own address is answered with an ORCA report in JSON. */
    record Http(String path) implements Source {}

    /** The response header field {@code endpoint-load-metrics} of ORCA. */
    record InResponse() implements Source {}
  }
}
