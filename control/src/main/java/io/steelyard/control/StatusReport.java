package io.steelyard.control;

import io.steelyard.config.ListenerConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.Status.CheckStatus;
import io.steelyard.control.Status.ListenerStatus;
import io.steelyard.control.Status.PoolLive;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.ServerLive;
import io.steelyard.control.Status.ServerPlace;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.Status.Tries;
import io.steelyard.control.check.CheckResult;
import io.steelyard.control.discovery.DiscoveryStatus;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Describes listeners and pools: as configured, and as they fare at {@code nowNs}. */
record StatusReport(
    View view,
    Function<ServerId, Optional<CheckResult>> lastChecks,
    Function<String, Optional<DiscoveryStatus>> discoveries,
    long nowNs) {
  List<ListenerStatus> listeners() {
    return view.config().listeners().stream().map(StatusReport::listener).toList();
  }

  List<PoolStatus> pools() {
    List<PoolConfig> pools = view.config().pools();
    return IntStream.range(0, pools.size())
        .mapToObj(p -> pool(pools.get(p), view.snapshot().pools().get(p)))
        .toList();
  }

  private static ListenerStatus listener(ListenerConfig listener) {
    return new ListenerStatus(listener.name(), listener.address().toString(), listener.protocol());
  }

  private PoolStatus pool(PoolConfig config, Pool pool) {
    return new PoolStatus(
        config.name(),
        config.balancing().algorithm(),
        live(pool.state()),
        IntStream.range(0, pool.servers().size())
            .mapToObj(s -> server(config.servers().get(s), pool.servers().get(s)))
            .toList(),
        discoveries.apply(config.name()));
  }

  private static PoolLive live(PoolState state) {
    return new PoolLive(
        state.panic(), state.inFlight(), state.waiting(), state.retrying(), state.concurrencyMax());
  }

  private ServerStatus server(ServerConfig config, Server server) {
    ServerPlace place =
        new ServerPlace(
            config.name(),
            config.address().toString(),
            config.weight(),
            config.backup(),
            config.zone(),
            server.limit());
    return new ServerStatus(
        place, live(server), lastChecks.apply(server.state().id()).map(StatusReport::check));
  }

  private ServerLive live(Server server) {
    ServerState state = server.state();
    double reported = state.report().at(nowNs);
    return new ServerLive(
        state.standing(),
        server.weight(),
        state.ramp() / (double) ServerState.FULL_RAMP,
        state.inFlight(),
        reported < 0 ? OptionalDouble.empty() : OptionalDouble.of(reported),
        Duration.ofNanos((long) state.traffic().latencyNs(nowNs)),
        Tries.of(state.traffic()));
  }

  private static CheckStatus check(CheckResult result) {
    return new CheckStatus(result.passed(), result.text(), result.duration(), result.at());
  }
}
