package io.steelyard.admin;

import io.steelyard.core.metric.MetricSink;
import java.util.concurrent.atomic.LongAdder;

/** Counts connections to the admin API that were closed without an answer. Any thread. */
final class Drops {
  /** Why. */
  enum Reason {
    /** No whole request came in time. */
    SILENT("silent"),
    /** It owed its request for longest when there was no room for another. */
    CROWDED_OUT("crowded-out"),
    /** There was no room, and nobody owed a request. */
    FULL("full");

    private final String label;

    Reason(String label) {
      this.label = label;
    }
  }

  private final LongAdder[] counts = new LongAdder[Reason.values().length];

  Drops() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void count(Reason reason) {
    counts[reason.ordinal()].increment();
  }

  void collect(MetricSink sink) {
    String help = "Connections to the admin API that were closed without an answer.";
    for (Reason reason : Reason.values()) {
      sink.counter(
          "steelyard_admin_dropped_connections",
          help,
          (double) counts[reason.ordinal()].sum(),
          "reason",
          reason.label);
    }
  }
}
