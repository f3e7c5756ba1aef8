package io.steelyard.sim.report;

import io.steelyard.sim.engine.Histogram;
import io.steelyard.sim.world.Statistics;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Simulations for machines: one JSON object, times in seconds. */
public final class JsonReport {
  private JsonReport() {}

  /** All of it, with a line feed at the end. */
  public static String of(List<Statistics> runs) {
    var scenario = runs.getFirst().scenario();
    StringJoiner json = new StringJoiner(",", "{", "}\n");
    json.add("\"pool\":" + quoted(scenario.pool().name()));
    json.add("\"seed\":" + scenario.seed());
    json.add("\"loops\":" + scenario.loops());
    json.add("\"duration_seconds\":" + seconds((double) scenario.durationNs()));
    json.add("\"column_seconds\":" + number(runs.getFirst().columnSeconds()));
    json.add("\"runs\":" + list(runs.stream().map(JsonReport::run).toList()));
    return json.toString();
  }

  private static String run(Statistics run) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    json.add("\"balance\":" + quoted(Labels.of(run)));
    json.add("\"requests\":" + run.requests());
    json.add("\"failed\":" + run.failed());
    json.add("\"error_rate\":" + number(run.errorRate()));
    json.add("\"failures\":" + failures(run));
    json.add("\"retries\":" + run.retries());
    json.add("\"latency_seconds\":" + latency(run.latency()));
    json.add("\"p99_seconds\":" + columns(c -> seconds((double) run.latency(c).percentile(0.99))));
    json.add("\"errors\":" + columns(c -> Long.toString(run.errors(c))));
    json.add("\"servers\":" + servers(run));
    return json.toString();
  }

  private static String failures(Statistics run) {
    return run.failures().entrySet().stream()
        .map(e -> quoted(e.getKey()) + ":" + e.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String latency(Histogram latency) {
    return "{\"mean\":%s,\"p50\":%s,\"p99\":%s,\"p999\":%s,\"max\":%s}"
        .formatted(
            seconds(latency.mean()),
            seconds((double) latency.percentile(0.5)),
            seconds((double) latency.percentile(0.99)),
            seconds((double) latency.percentile(0.999)),
            seconds((double) latency.max()));
  }

  private static String servers(Statistics run) {
    return list(
        IntStream.range(0, run.servers().size())
            .mapToObj(s ->
                "{\"name\":%s,\"requests\":%d,\"share\":%s,\"over_time\":%s}"
                    .formatted(
                        quoted(run.servers().get(s)),
                        run.sent(s),
                        number((double) run.sent(s) / Math.max(1, run.sent())),
                        columns(c -> Long.toString(run.picks(s, c)))))
            .toList());
  }

  private static String columns(IntFunction<String> value) {
    return list(IntStream.range(0, Statistics.COLUMNS).mapToObj(value).toList());
  }

  private static String list(List<String> values) {
    return "[" + String.join(",", values) + "]";
  }

  private static String seconds(double ns) {
    return number(ns / 1e9);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.9f", value).replaceAll("\\.?0+$", "");
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
          } else if (c < ' ') {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
