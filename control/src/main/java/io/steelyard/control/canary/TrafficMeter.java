package io.steelyard.control.canary;

import io.steelyard.core.metric.MetricSink;
import java.util.Arrays;
import java.util.List;

/** Makes {@link Traffic} of the data plane's metrics. For one collection. */
public final class TrafficMeter implements MetricSink {
  private static final String REQUESTS = "steelyard_requests";
  private static final String DURATIONS = "steelyard_request_duration_seconds";
  private static final int ERROR_FIRST = 500;

  private long requests;
  private long errors;
  private double[] bounds = {};
  private long[] counts = {};

  public TrafficMeter() {}

  /** What was collected. */
  public Traffic traffic() {
    return new Traffic(
        requests,
        errors,
        Arrays.stream(bounds).mapToObj(seconds -> seconds * 1000).toList(),
        Arrays.stream(counts).boxed().toList());
  }

  @Override
  public void counter(String name, String help, double value, String... labels) {
    if (name.equals(REQUESTS)) {
      requests += (long) value;
      int code = List.of(labels).indexOf("code");
      errors += Integer.parseInt(labels[code + 1]) >= ERROR_FIRST ? (long) value : 0;
    }
  }

  @Override
  public void gauge(String name, String help, double value, String... labels) {}

  @Override
  public void histogram(
      String name, String help, double[] upperBounds, long[] more, double sum, String... labels) {
    if (name.equals(DURATIONS)) {
      bounds = upperBounds.clone();
      counts = counts.length == 0 ? new long[more.length] : counts;
      Arrays.setAll(counts, i -> counts[i] + more[i]);
    }
  }
}
