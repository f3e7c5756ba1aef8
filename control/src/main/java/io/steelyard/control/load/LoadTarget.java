package io.steelyard.control.load;

import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * A server that is asked for its load. Equal targets are asked alike.
 *
 * @param address resolved
 * @param interval from one question to the next
 * @param expire how long a report holds
 * @param announces in which form the connection begins with saying that it is ours
 */
public record LoadTarget(
    ServerState state,
    Question question,
    SocketAddress address,
    Duration interval,
    Duration expire,
    ProxyProtocol announces) {
  /** How it is asked. */
  public sealed interface Question {
    /** A connection yields a line of HAProxy's agent-check grammar. */
    record Agent() implements Question {}

    /** GET of {@code path} at {@code host} yields an ORCA report; {@code metric} of it counts. */
    record Orca(String path, String host, String metric) implements Question {}
  }
}
