package io.steelyard.proxy;

import io.steelyard.core.server.LoadReport;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.wire.http1.ResponseHead;
import io.steelyard.wire.orca.LoadMetrics;
import java.nio.charset.StandardCharsets;

/** Takes the load that servers report in their responses. Loop thread only. */
final class LoadReports {
  private static final byte[] FIELD = LoadMetrics.FIELD.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BINARY_FIELD =
      LoadMetrics.BINARY_FIELD.getBytes(StandardCharsets.US_ASCII);

  /** Reports that say the same come no more often than this: each costs an object. */
  private static final long SAME_AGAIN_NS = 100_000_000;

  private final LoadMetrics metrics;
  private final long holdsNs;

  LoadReports(LoadReporting reporting) {
    metrics = new LoadMetrics(reporting.metric());
    holdsNs = reporting.expire().toNanos();
  }

  /** Looks at the head that was parsed last in {@code in}. */
  void look(ResponseHead head, byte[] in, ServerState server, ServerCounters counters, long nowNs) {
    double load;
    if (head.findField(FIELD)) {
      load = metrics.in(in, head.foundFrom(), head.foundTo());
    } else if (head.findField(BINARY_FIELD)) {
      load = metrics.inBinary(in, head.foundFrom(), head.foundTo());
    } else {
      return;
    }
    if (load < 0) {
      counters.brokenReports++;
      return;
    }
    LoadReport before = server.report();
    long until = nowNs + holdsNs;
    if (load != before.load() || until - before.untilNs() > SAME_AGAIN_NS) {
      server.report(new LoadReport(load, until));
    }
  }
}
