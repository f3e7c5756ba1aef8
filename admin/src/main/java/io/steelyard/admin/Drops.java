package io.steelyard.admin;

import io.steelyard.core.metric.MetricSink;
import java.util.EnumMap;
import java.util.Map;
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

  /** Complete, and so never changed. */
  private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

  Drops() {
    for (Reason reason : Reason.values()) {
      counts.put(reason, new LongAdder());
    }
  }

  void count(Reason reason) {
    counts.get(reason).increment();
  }

  void collect(MetricSink sink) {
    String help = "Connections to the admin API that were closed without an answer.";
    counts.forEach((reason, count) ->
        sink.counter(
            "steelyard_admin_dropped_connections",
            help,
            (double) count.sum(),
            "reason",
            reason.label));
  }
}
