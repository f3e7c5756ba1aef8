package io.steelyard.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The figures as Markdown, and whether they are what is asked for. */
final class Table {
  private static final double CONSTANT_MAX = 3;

  /** Their cost must not grow with the pool. */
  private static final List<String> CONSTANT =
      List.of("round-robin", "random", "power-of-two", "hash");

  /** What the profiler finds of its own and of JMH's between iterations, per operation. */
  private static final double BYTES_MAX = 0.5;

  private final List<Integer> sizes;
  private final List<String> faults = new ArrayList<>();

  Table(List<Integer> sizes) {
    this.sizes = sizes;
  }

  void print(String name, String what, Collection<RunResult> results) {
    StringBuilder out = new StringBuilder("\n**" + name + "**: " + what + "\n\n| algorithm |");
    sizes.forEach(size -> out.append(" ").append(size).append(" |"));
    out.append(" 10,000 / 10 | B/op |\n|---|")
        .append("---:|".repeat(sizes.size() + 2))
        .append('\n');
    byAlgorithm(results).forEach((algorithm, row) -> out.append(line(name, algorithm, row)));
    System.out.print(out);
  }

  private static Map<String, Map<Integer, RunResult>> byAlgorithm(Collection<RunResult> results) {
    Map<String, Map<Integer, RunResult>> rows = new LinkedHashMap<>();
    for (RunResult result : results) {
      String algorithm = result.getParams().getParam("algorithm");
      int size = Integer.parseInt(result.getParams().getParam("servers"));
      rows.computeIfAbsent(algorithm, a -> new TreeMap<>()).put(size, result);
    }
    return rows;
  }

  private String line(String name, String algorithm, Map<Integer, RunResult> row) {
    StringBuilder line = new StringBuilder("| " + algorithm + " |");
    double bytes = 0;
    for (int size : sizes) {
      line.append(' ').append(Pick.number(cpuNs(row.get(size)))).append(" |");
      bytes = Math.max(bytes, bytes(row.get(size)));
    }
    double ratio = cpuNs(row.get(sizes.getLast())) / cpuNs(row.get(sizes.getFirst()));
    judge(name, algorithm, ratio, bytes);
    line.append(' ')
        .append(Pick.number(ratio))
        .append(" | ")
        .append(bytes < BYTES_MAX ? "0" : Pick.number(bytes));
    return line.append(" |\n").toString();
  }

  private void judge(String name, String algorithm, double ratio, double bytes) {
    // A new epoch lasts so long that what JMH itself allocates shows in an operation.
    if (bytes >= BYTES_MAX && !name.equals("new epoch")) {
      faults.add(name + ", " + algorithm + ": allocates " + Pick.number(bytes) + " B/op");
    }
    if (name.equals("pick") && CONSTANT.contains(algorithm) && ratio > CONSTANT_MAX) {
      faults.add(name + ", " + algorithm + ": grows by " + Pick.number(ratio));
    }
  }

  private static double cpuNs(RunResult result) {
    var counted = result.getSecondaryResults();
    return counted.get("cpuNs").getScore() / counted.get("operations").getScore();
  }

  private static double bytes(RunResult result) {
    Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return bytes == null ? 0 : bytes.getScore();
  }

  boolean good() {
    return faults.isEmpty();
  }

  String verdict() {
    return good()
        ? "\nNothing allocates, nothing grows that should not."
        : "\nFAIL\n" + String.join("\n", faults);
  }
}
