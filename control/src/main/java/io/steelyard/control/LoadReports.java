package io.steelyard.control;

import io.steelyard.control.Event.Kind;
import io.steelyard.control.load.Reports;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what servers report of their load, and says once when reports break off and when they come
 * again. Any thread but a loop.
 */
final class LoadReports implements Reports, MetricSource {
  private static final Logger LOG = System.getLogger("steelyard.load");

  private final Events events;
  private final Standings standings;
  private final Set<ServerId> silent = ConcurrentHashMap.newKeySet();
  private final Tally tally =
      new Tally(
          "steelyard_load_reports",
          "Servers asked for their load, by what came of it.",
          "pool",
          "server",
          "result");

  LoadReports(Events events, Standings standings) {
    this.events = events;
    this.standings = standings;
  }

  @Override
  public void taken(ServerState server) {
    count(server, "taken");
    if (silent.remove(server.id())) {
      note(Kind.LOAD_KNOWN, Level.INFO, server.id(), "reports its load again");
    }
  }

  @Override
  public void broken(ServerState server, String why) {
    count(server, "broken");
    fail(server, "what it reports of its load " + why);
  }

  @Override
  public void missing(ServerState server, String why) {
    count(server, "missing");
    fail(server, "does not report its load: " + why);
  }

  @Override
  public void asked(ServerState server, Wish wish, String why) {
    standings.asked(server, wish, why);
  }

  /** Forgets all servers but these. */
  void retain(Set<ServerId> servers) {
    silent.retainAll(servers);
    tally.retain(labels -> servers.contains(new ServerId(labels.get(0), labels.get(1))));
  }

  @Override
  public void collect(MetricSink sink) {
    tally.collect(sink);
  }

  private void count(ServerState server, String result) {
    tally.add(server.id().pool(), server.id().server(), result);
  }

  private void fail(ServerState server, String what) {
    if (silent.add(server.id())) {
      note(Kind.LOAD_UNKNOWN, Level.WARNING, server.id(), what);
    }
  }

  private void note(Kind kind, Level level, ServerId id, String what) {
    String text = "pool " + id.pool() + " server " + id.server() + ": " + what;
    events.add(kind, id, text);
    LOG.log(level, text);
  }
}
