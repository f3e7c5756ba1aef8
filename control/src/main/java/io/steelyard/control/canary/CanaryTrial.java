package io.steelyard.control.canary;

import io.steelyard.control.canary.Traffic.Quantile;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the nodes that try a document with the others, or where those have no requests with
 * themselves before. Pure; for one thread. Every node may hold one: they see the same reports.
 *
 * <pre>
 *   taking --(all of its nodes serve it)--> comparing --(its time is over)--> Pass
 *   taking --(one refuses it, is gone, or takes too long)--> Return
 *   comparing --(errors or durations depart; one is gone; the document is changed)--> Return
 * </pre>
 */
public final class CanaryTrial {
  /** For its nodes to serve it. */
  static final Duration TAKE_PATIENCE = Duration.ofSeconds(15);

  /** Fewer say nothing of errors. */
  static final int REQUESTS_MIN = 20;

  static final int ERRORS_MIN = 3;

  /** Fewer say nothing of durations. */
  static final int DURATIONS_MIN = 100;

  /**
   * Standard deviations between two error rates (two-proportion z-test) that chance does not
   * explain: one in 30,000.
   */
  private static final double DEVIATIONS_MIN = 4;

  /** Less than this more is nobody's concern, however sure. */
  private static final double RATE_MIN = 0.005;

  /** Durations that are so many times as long depart, if they are as much longer as well. */
  private static final double SLOWER_TIMES = 2;

  private static final double SLOWER_MS = 10;
  private static final double QUANTILE = 0.95;

  private final Canary canary;
  private final long beganNs;
  private final Map<String, Traffic> baselines = new HashMap<>();

  /** Of the nodes that try it, when their time was over. */
  private final Map<String, Long> lastBeats = new HashMap<>();

  private boolean comparing;
  private long comparingSinceNs;

  /** Begins now. */
  public CanaryTrial(Canary canary, long nowNs) {
    this.canary = canary;
    this.beganNs = nowNs;
  }

  /** What is tried. */
  public Canary canary() {
    return canary;
  }

  /**
   * Looks once.
   *
   * @param reports of all nodes that are there, by name
   * @param document the digest of the document that those follow that do not try
   */
  public Verdict look(long nowNs, Map<String, NodeReport> reports, String document) {
    if (!document.equals(canary.base())) {
      return document.equals(canary.digest())
          ? new Verdict.Pass("it was made the document of all nodes")
          : new Verdict.Return("the document was changed meanwhile");
    }
    Optional<Verdict> untaken = taken(nowNs, reports);
    if (untaken.isPresent()) {
      return untaken.get();
    }
    if (!comparing) {
      comparing = true;
      comparingSinceNs = nowNs;
    }
    reports.forEach((node, report) -> baselines.putIfAbsent(node, report.traffic()));
    Optional<String> departs = departs(reports);
    if (departs.isPresent()) {
      return new Verdict.Return(departs.get());
    }
    if (nowNs - comparingSinceNs < canary.length().toNanos()) {
      return new Verdict.Wait();
    }
    return allHeardSince(reports) ? new Verdict.Pass(summary(trying(reports))) : new Verdict.Wait();
  }

  /**
   * Whether each node has told of itself since its time was over: what it told before says nothing
   * of one that was killed by what it tried. Whoever is silent is gone when its lease is over.
   */
  private boolean allHeardSince(Map<String, NodeReport> reports) {
    if (lastBeats.isEmpty()) {
      canary.nodes().forEach(node -> lastBeats.put(node, reports.get(node).beat()));
    }
    return canary.nodes().stream()
        .allMatch(node -> {
          long beat = reports.get(node).beat();
          return beat < 0 || beat != lastBeats.get(node);
        });
  }

  /** Empty when all of its nodes serve it. */
  private Optional<Verdict> taken(long nowNs, Map<String, NodeReport> reports) {
    boolean late = nowNs - beganNs > TAKE_PATIENCE.toNanos();
    boolean all = true;
    for (String node : canary.nodes()) {
      NodeReport report = reports.get(node);
      if (report != null && report.refusedDocument().equals(canary.digest())) {
        return Optional.of(new Verdict.Return(node + " refused it: " + report.why()));
      }
      boolean serves = report != null && report.document().equals(canary.digest());
      if (!serves && (comparing || late)) {
        return Optional.of(
            new Verdict.Return(
                report == null
                    ? node + " is gone"
                    : "%s does not serve it after %d s"
                        .formatted(node, (nowNs - beganNs) / 1_000_000_000)));
      }
      all &= serves;
    }
    return all ? Optional.empty() : Optional.of(new Verdict.Wait());
  }

  private Traffic trying(Map<String, NodeReport> reports) {
    return sum(reports, true);
  }

  private Traffic sum(Map<String, NodeReport> reports, boolean trying) {
    Traffic sum = Traffic.NONE;
    for (Map.Entry<String, NodeReport> report : reports.entrySet()) {
      if (canary.nodes().contains(report.getKey()) == trying) {
        sum = sum.plus(report.getValue().traffic().since(baselines.get(report.getKey())));
      }
    }
    return sum;
  }

  private Traffic before() {
    Traffic sum = Traffic.NONE;
    for (String node : canary.nodes()) {
      sum = sum.plus(baselines.get(node));
    }
    return sum;
  }

  private Optional<String> departs(Map<String, NodeReport> reports) {
    Traffic here = trying(reports);
    Traffic others = sum(reports, false);
    boolean among = others.requests() >= REQUESTS_MIN;
    Traffic there = among ? others : before();
    String whom = among ? "the others" : "before";
    if (here.requests() < REQUESTS_MIN) {
      return Optional.empty();
    }
    if (failsMore(here, there)) {
      return Optional.of(
          "%s of %d requests failed there, %s of %d with %s"
              .formatted(
                  percent(here.errorRate()),
                  here.requests(),
                  percent(there.errorRate()),
                  there.requests(),
                  whom));
    }
    Quantile slowHere = here.quantile(QUANTILE);
    Quantile slowThere = there.quantile(QUANTILE);
    if (here.timed() >= DURATIONS_MIN
        && there.timed() >= DURATIONS_MIN
        && isSlower(slowHere, slowThere)) {
      return Optional.of(
          "the slowest twentieth of %d requests took about %s and more there, %s with %s"
              .formatted(here.requests(), ms(slowHere.likelyMs()), ms(slowThere.likelyMs()), whom));
    }
    return Optional.empty();
  }

  /** What a bucket leaves open speaks for the new one. */
  private static boolean isSlower(Quantile here, Quantile there) {
    return here.leastMs() >= SLOWER_TIMES * there.likelyMs()
        && here.leastMs() - there.likelyMs() > SLOWER_MS;
  }

  /** Two-proportion z-test; without anything to compare with, every error is one too many. */
  private static boolean failsMore(Traffic here, Traffic there) {
    double more = here.errorRate() - there.errorRate();
    if (more < RATE_MIN || here.errors() < ERRORS_MIN) {
      return false;
    }
    if (there.requests() == 0) {
      return true;
    }
    double all = here.requests() + (double) there.requests();
    double pooled = (here.errors() + there.errors()) / all;
    double deviation =
        Math.sqrt(pooled * (1 - pooled) * (1.0 / here.requests() + 1.0 / there.requests()));
    return deviation == 0 || more / deviation > DEVIATIONS_MIN;
  }

  private static String summary(Traffic here) {
    if (here.requests() == 0) {
      return "no requests there: nothing was compared but that they serve it";
    }
    return "%d requests there, %s failed, 95%% took up to about %s"
        .formatted(
            here.requests(), percent(here.errorRate()), ms(here.quantile(QUANTILE).likelyMs()));
  }

  private static String percent(double rate) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * rate);
  }

  private static String ms(double ms) {
    return String.format(Locale.ROOT, "%.1f ms", ms);
  }
}
