package io.steelyard.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures and prints a table. Run by {@code bench/pick}. */
public final class Pick {
  private static final List<Integer> SIZES = List.of(10, 100, 1000, 10_000);

  /** JMH uses what a new JDK warns of. */
  private static final String QUIET = "--sun-misc-unsafe-memory-access=allow";

  private static final String HELP =
      """
      usage: bench/pick [--quick] [--only ALGORITHM[,ALGORITHM...]] [--help]

      Measures with JMH what a pick costs for pools of 10, 100, 1,000 and 10,000 servers: CPU nanoseconds,
      bytes allocated, and the ratio of 10,000 servers to 10. About 20 minutes; --quick: about 5, and
      less exact. Exit code 0: nothing allocates, and what must not grow with the pool stays within 3.
      """;

  private Pick() {}

  /** See the help. */
  public static void main(String[] args) throws RunnerException {
    List<String> given = Arrays.asList(args);
    if (given.contains("--help")) {
      System.out.print(HELP);
      return;
    }
    boolean quick = given.contains("--quick");
    int only = given.indexOf("--only");
    boolean unknown = given.size() != (quick ? 1 : 0) + (only < 0 ? 0 : 2);
    if (unknown || only == given.size() - 1 && only >= 0) {
      System.err.print(HELP);
      System.exit(2);
    }
    String[] algorithms = only < 0 ? null : given.get(only + 1).split(",", -1);
    Table table = new Table(SIZES);
    table.print("pick", "a choice alone, 1 thread", run("pick", 1, quick, algorithms));
    table.print("request", "end, pick, begin, 1 thread", run("request", 1, quick, algorithms));
    String four = "the same, 4 threads on " + cores() + " cores";
    table.print("request x 4", four, run("request", 4, quick, algorithms));
    table.print("new epoch", "the first pick of an epoch", run("newEpoch", 1, quick, algorithms));
    System.out.println(table.verdict());
    System.exit(table.good() ? 0 : 1);
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static Collection<RunResult> run(
      String benchmark, int threads, boolean quick, String[] algorithms) throws RunnerException {
    System.err.println("measuring " + benchmark + " with " + threads + " threads ...");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("PickBenchmark\\." + benchmark + "$")
            .threads(threads)
            .forks(1)
            .warmupIterations(quick ? 2 : 4)
            .warmupTime(TimeValue.milliseconds(quick ? 200 : 500))
            .measurementIterations(quick ? 2 : 5)
            .measurementTime(TimeValue.milliseconds(quick ? 200 : 500))
            .addProfiler(GCProfiler.class)
            .jvmArgs("-Xmx512m", "-XX:+UseSerialGC", QUIET)
            .verbosity(VerboseMode.SILENT);
    if (algorithms != null) {
      options = options.param("algorithm", algorithms);
    }
    return new Runner(options.build()).run();
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }
}
