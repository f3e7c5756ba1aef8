package io.steelyard.sim.report;

import io.steelyard.core.pool.Happening;
import io.steelyard.sim.engine.Histogram;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.world.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Simulations of the same scenario under several algorithms, side by side, for people. */
public final class TextReport {
  /** More servers are summed up. */
  private static final int SERVERS_MAX = 12;

  private static final int NOTES_MAX = 100;

  private final List<Statistics> runs;
  private final Scenario scenario;
  private final StringBuilder out = new StringBuilder();

  private TextReport(List<Statistics> runs) {
    this.runs = runs;
    this.scenario = runs.getFirst().scenario();
  }

  /**
   * The whole report, ASCII.
   *
   * @param runs at least one
   * @param plots whether there is a plot for each
   * @param events whether all that the decisions have told is listed, too
   */
  public static String of(List<Statistics> runs, boolean plots, boolean events) {
    return new TextReport(runs).write(plots, events);
  }

  private String write(boolean plots, boolean events) {
    heading();
    table();
    if (plots) {
      double most = runs.stream().mapToDouble(TextReport::mostPicks).max().orElse(1);
      runs.forEach(run -> plot(run, Math.max(1, most)));
    }
    if (events) {
      runs.forEach(this::events);
    }
    return out.toString();
  }

  private void heading() {
    out.append(
        "pool %s: %d servers, %s for %s, %d loop%s, seed %d\n"
            .formatted(
                scenario.pool().name(),
                scenario.pool().servers().size(),
                load(),
                Numbers.seconds(scenario.durationNs() / 1e9),
                scenario.loops(),
                scenario.loops() == 1 ? "" : "s",
                scenario.seed()));
    if (scenario.warmUpNs() > 0) {
      out.append(
          "the first %s are left out of the table\n"
              .formatted(Numbers.seconds(scenario.warmUpNs() / 1e9)));
    }
    out.append('\n');
  }

  private String load() {
    return switch (scenario.arrivals()) {
      case Arrivals.Rate(double perSecond) -> Numbers.three(perSecond) + " requests/s";
      case Arrivals.Clients(int number, var pause) -> number + " clients";
    };
  }

  private void table() {
    Columns columns = new Columns();
    columns.row("", each(Labels::of));
    columns.row("requests", each(r -> Long.toString(r.requests())));
    columns.row("mean", each(r -> Numbers.duration(r.latency().mean())));
    columns.row("p50", each(r -> percentile(r, 0.5)));
    columns.row("p99", each(r -> percentile(r, 0.99)));
    columns.row("p99.9", each(r -> percentile(r, 0.999)));
    columns.row("errors", each(r -> Numbers.percent(r.errorRate())));
    TreeSet<String> reasons = new TreeSet<>();
    runs.forEach(r -> reasons.addAll(r.failures().keySet()));
    for (String why : reasons) {
      columns.row("  " + why, each(r -> Long.toString(r.failures().getOrDefault(why, 0L))));
    }
    columns.row("retries", each(r -> Long.toString(r.retries())));
    shares(columns);
    columns.appendTo(out);
  }

  private void shares(Columns columns) {
    int servers = runs.getFirst().servers().size();
    if (servers > SERVERS_MAX) {
      columns.row("largest share / mean", each(r -> Numbers.three(spread(r, true))));
      columns.row("smallest share / mean", each(r -> Numbers.three(spread(r, false))));
      return;
    }
    for (int i = 0; i < servers; i++) {
      int server = i;
      columns.row(
          "share of " + runs.getFirst().servers().get(i),
          each(r -> Numbers.percent((double) r.sent(server) / Math.max(1, r.sent()))));
    }
  }

  private static double spread(Statistics run, boolean largest) {
    int servers = run.servers().size();
    var sent = IntStream.range(0, servers).mapToLong(run::sent);
    long extreme = (largest ? sent.max() : sent.min()).orElse(0);
    return (double) extreme * servers / Math.max(1, run.sent());
  }

  private List<String> each(Function<Statistics, String> value) {
    return runs.stream().map(value).toList();
  }

  private static String percentile(Statistics run, double share) {
    return Numbers.duration((double) run.latency().percentile(share));
  }

  private static double mostPicks(Statistics run) {
    long most = 0;
    for (int server = 0; server < run.servers().size(); server++) {
      for (int column = 0; column < Statistics.COLUMNS; column++) {
        most = Math.max(most, run.picks(server, column));
      }
    }
    return most;
  }

  private void plot(Statistics run, double most) {
    out.append(
        "\n%s: requests to each server over time, @ = %s/s\n"
            .formatted(Labels.of(run), Numbers.three(most / run.columnSeconds())));
    List<String> names = new ArrayList<>();
    List<String> strips = new ArrayList<>();
    for (int i = 0; i < Math.min(SERVERS_MAX, run.servers().size()); i++) {
      int server = i;
      names.add(run.servers().get(i));
      strips.add(Strip.linear(Statistics.COLUMNS, most, c -> run.picks(server, c)));
    }
    if (run.servers().size() > SERVERS_MAX) {
      names.set(SERVERS_MAX - 1, "...");
    }
    String scale = p99(run, names, strips);
    names.add("errors");
    strips.add(Strip.linear(Statistics.COLUMNS, 1, c -> errorShare(run, c)));
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (int i = 0; i < names.size(); i++) {
      out.append("  ").append(names.get(i)).repeat(' ', width - names.get(i).length());
      out.append(" |").append(strips.get(i)).append('|');
      out.append(names.get(i).equals("p99") ? scale : "");
      out.append(names.get(i).equals("errors") ? " @ = 100%" : "").append('\n');
    }
    axis(width);
  }

  private String p99(Statistics run, List<String> names, List<String> strips) {
    double least = Double.MAX_VALUE;
    double most = 0;
    for (int c = 0; c < Statistics.COLUMNS; c++) {
      double value = run.latency(c).percentile(0.99);
      least = value > 0 ? Math.min(least, value) : least;
      most = Math.max(most, value);
    }
    if (most == 0) {
      return "";
    }
    names.add("p99");
    strips.add(
        Strip.logarithmic(Statistics.COLUMNS, least, most, c -> run.latency(c).percentile(0.99)));
    return " . = %s, @ = %s, logarithmic"
        .formatted(Numbers.duration(least), Numbers.duration(most));
  }

  private static double errorShare(Statistics run, int column) {
    Histogram good = run.latency(column);
    long all = good.count() + run.errors(column);
    return all == 0 ? 0 : (double) run.errors(column) / all;
  }

  private void axis(int width) {
    StringBuilder line = new StringBuilder().repeat(' ', width + 4);
    int start = line.length();
    for (int quarter = 0; quarter <= 4; quarter++) {
      String label = Numbers.seconds(scenario.durationNs() / 1e9 * quarter / 4);
      int at = start + Statistics.COLUMNS * quarter / 4 - (quarter == 0 ? 0 : label.length() / 2);
      line.repeat(' ', Math.max(0, at - line.length())).append(label);
    }
    out.append(line).append('\n');
  }

  private void events(Statistics run) {
    out.append('\n').append(Labels.of(run)).append(": what happened\n");
    List<Statistics.Note> notes = run.notes();
    for (Statistics.Note note : notes.subList(0, Math.min(NOTES_MAX, notes.size()))) {
      Happening what = note.happening();
      String line =
          String.format(
              Locale.ROOT,
              "  %8.3fs  %s %s: %s",
              note.atNs() / 1e9,
              what.server().server(),
              what.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              what.why());
      out.append(line).append('\n');
    }
    if (notes.size() > NOTES_MAX) {
      out.append("  and ").append(notes.size() - NOTES_MAX).append(" more\n");
    }
  }
}
