package io.steelyard.control;

import io.steelyard.config.ListenerConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.Status.CheckStatus;
import io.steelyard.control.Status.ListenerStatus;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.check.CheckResult;
import io.steelyard.core.health.Standing;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Describes listeners and pools: as configured, and as they fare. */
record StatusReport(View view, Function<ServerId, Optional<CheckResult>> lastChecks) {
  List<ListenerStatus> listeners() {
    return view.config().listeners().stream().map(StatusReport::listener).toList();
  }

  List<PoolStatus> pools() {
    List<PoolConfig> pools = view.config().pools();
    return IntStream.range(0, pools.size())
        .mapToObj(p -> pool(pools.get(p), view.snapshot().pools().get(p).servers()))
        .toList();
  }

  private static ListenerStatus listener(ListenerConfig listener) {
    return new ListenerStatus(listener.name(), listener.address().toString(), listener.protocol());
  }

  private PoolStatus pool(PoolConfig pool, List<Server> servers) {
    return new PoolStatus(
        pool.name(),
        pool.balancing().algorithm(),
        IntStream.range(0, servers.size())
            .mapToObj(s -> server(pool.servers().get(s), servers.get(s).state()))
            .toList());
  }

  private ServerStatus server(ServerConfig config, ServerState state) {
    Standing standing = state.standing();
    return new ServerStatus(
        config.name(),
        config.address().toString(),
        config.weight(),
        config.backup(),
        standing.wish(),
        standing.probed().up(),
        standing.probed().known(),
        lastChecks.apply(state.id()).map(StatusReport::check),
        state.inFlight());
  }

  private static CheckStatus check(CheckResult result) {
    return new CheckStatus(result.passed(), result.text(), result.duration(), result.at());
  }
}
