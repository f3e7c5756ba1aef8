package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.discovery.Findings;
import io.steelyard.control.discovery.Knowledge;
import io.steelyard.control.discovery.Knowledge.Result;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.server.ServerId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Counts the answers of discovery, and says which servers come and go, and once when the answers
 * are of no use. Any thread but a loop.
 */
final class FoundServers implements Findings, MetricSource {
  private static final Logger LOG = System.getLogger("steelyard.discovery");

  /** More at once are told as one. */
  private static final int EACH_MAX = 16;

  private final Events events;
  private final Tally lookups =
      new Tally(
          "steelyard_discovery_lookups",
          "Questions for a pool's servers, by what became of them.",
          "pool",
          "result");

  FoundServers(Events events) {
    this.events = events;
  }

  @Override
  public void asked(String pool, String source, Knowledge before, Knowledge after) {
    lookups.add(pool, after.last().map(Result::label).orElseThrow());
    tell(Kind.SERVER_FOUND, pool, after.without(before), "found by " + source);
    tell(Kind.SERVER_GONE, pool, before.without(after), "gone from " + source);
    tellTrouble(pool, source, before, after);
  }

  /** A failure once for as long as it lasts; what is left out, whenever that is something else. */
  private void tellTrouble(String pool, String source, Knowledge before, Knowledge after) {
    boolean was = !before.trouble().isEmpty();
    boolean is = !after.trouble().isEmpty();
    if (was && (!is || (isPartial(after) && !isPartial(before)))) {
      String text = "pool %s: %s answers again".formatted(pool, source);
      note(Kind.DISCOVERY_WORKS, Level.INFO, new ServerId(pool, ""), text);
    }
    boolean other = isPartial(after) && !after.trouble().equals(before.trouble());
    if (is && (!was || other || isPartial(before) != isPartial(after))) {
      String text = "pool %s: %s; %s".formatted(pool, after.trouble(), consequence(after));
      note(Kind.DISCOVERY_FAILS, Level.WARNING, new ServerId(pool, ""), text);
    }
  }

  private static boolean isPartial(Knowledge knowledge) {
    return knowledge.last().equals(Optional.of(Result.PARTIAL));
  }

  private static String consequence(Knowledge knowledge) {
    if (isPartial(knowledge)) {
      return "the servers that are found are used";
    }
    return knowledge.servers().isEmpty() ? "no server is known" : "the servers that are known stay";
  }

  private void tell(Kind kind, String pool, List<ServerConfig> servers, String what) {
    if (servers.size() > EACH_MAX) {
      String text = "pool %s: %d servers are %s".formatted(pool, servers.size(), what);
      note(kind, Level.INFO, new ServerId(pool, ""), text);
      return;
    }
    for (ServerConfig server : servers) {
      String text = "pool %s server %s is %s".formatted(pool, server.name(), what);
      note(kind, Level.INFO, new ServerId(pool, server.name()), text);
    }
  }

  private void note(Kind kind, Level level, ServerId about, String text) {
    events.add(kind, about, text);
    LOG.log(level, text);
  }

  /** Forgets the pools that do not discover any more. */
  void retain(Config served) {
    Set<String> pools =
        served.pools().stream()
            .filter(pool -> pool.discover().isPresent())
            .map(PoolConfig::name)
            .collect(Collectors.toSet());
    lookups.retain(labels -> pools.contains(labels.getFirst()));
  }

  @Override
  public void collect(MetricSink sink) {
    lookups.collect(sink);
  }
}
