package io.steelyard.sim.world;

import io.steelyard.core.pool.Happening;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.server.Outcome;
import io.steelyard.sim.engine.Histogram;
import io.steelyard.sim.plan.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a simulation has counted. Time is cut into {@link #COLUMNS} equal parts. */
public final class Statistics {
  public static final int COLUMNS = 60;

  /** What has happened at a time. */
  public record Note(long atNs, Happening happening) {}

  private static final int NOTES_MAX = 10_000;

  private final Scenario scenario;
  private final List<String> servers;
  private final Histogram latency = new Histogram();
  private final Histogram[] latencies = new Histogram[COLUMNS];
  private final long[] errors = new long[COLUMNS];
  private final long[][] picks;
  private final long[] sent;
  private final Map<String, Long> failures = new TreeMap<>();
  private final List<Note> notes = new ArrayList<>();
  private long failed;
  private long retries;
  private long events;

  Statistics(Scenario scenario, List<String> servers) {
    this.scenario = scenario;
    this.servers = List.copyOf(servers);
    this.picks = new long[servers.size()][COLUMNS];
    this.sent = new long[servers.size()];
    for (int i = 0; i < COLUMNS; i++) {
      latencies[i] = new Histogram();
    }
  }

  void sent(int server, boolean retry, long nowNs) {
    if (nowNs >= scenario.durationNs()) {
      return;
    }
    picks[server][column(nowNs)]++;
    if (nowNs >= scenario.warmUpNs()) {
      sent[server]++;
      retries += retry ? 1 : 0;
    }
  }

  void answered(long arrivedNs, long nowNs) {
    latencies[column(arrivedNs)].add(nowNs - arrivedNs);
    if (arrivedNs >= scenario.warmUpNs()) {
      latency.add(nowNs - arrivedNs);
    }
  }

  void failed(Outcome outcome, long arrivedNs) {
    failed(
        switch (outcome) {
          case SERVER_ERROR -> "server error";
          case TIMED_OUT -> "timed out";
          default -> "broken";
        },
        arrivedNs);
  }

  void refused(Refusal refusal, long arrivedNs) {
    failed(refusal.text(), arrivedNs);
  }

  private void failed(String why, long arrivedNs) {
    errors[column(arrivedNs)]++;
    if (arrivedNs >= scenario.warmUpNs()) {
      failed++;
      failures.merge(why, 1L, Long::sum);
    }
  }

  void happened(Happening happening, long nowNs) {
    if (notes.size() < NOTES_MAX) {
      notes.add(new Note(nowNs, happening));
    }
  }

  void events(long number) {
    events = number;
  }

  private int column(long atNs) {
    return (int) Math.min(COLUMNS - 1, (double) atNs * COLUMNS / scenario.durationNs());
  }

  public Scenario scenario() {
    return scenario;
  }

  /** Names; what follows has their order. */
  public List<String> servers() {
    return servers;
  }

  /** From arrival to answer, in nanoseconds, of requests that were answered well. */
  public Histogram latency() {
    return latency;
  }

  /** {@link #latency} of the requests that arrived in a column, those of the warm-up included. */
  public Histogram latency(int column) {
    return latencies[column];
  }

  /** Requests of a column that failed. */
  public long errors(int column) {
    return errors[column];
  }

  /** Tries that were sent to a server in a column. */
  public long picks(int server, int column) {
    return picks[server][column];
  }

  /** Tries that were sent to a server. */
  public long sent(int server) {
    return sent[server];
  }

  /** Tries that were sent to all servers. */
  public long sent() {
    long sum = 0;
    for (long n : sent) {
      sum += n;
    }
    return sum;
  }

  /** Requests whose client got an error. */
  public long failed() {
    return failed;
  }

  /** {@link #failed} by reason. */
  public Map<String, Long> failures() {
    return failures;
  }

  public long requests() {
    return latency.count() + failed;
  }

  /** {@link #failed} of all, 0 to 1. */
  public double errorRate() {
    return requests() == 0 ? 0 : (double) failed / requests();
  }

  public long retries() {
    return retries;
  }

  /** What the decisions have told, the first ten thousand. */
  public List<Note> notes() {
    return List.copyOf(notes);
  }

  /** Events that were simulated. */
  public long events() {
    return events;
  }

  /** How long a column is. */
  public double columnSeconds() {
    return scenario.durationNs() / 1e9 / COLUMNS;
  }
}
