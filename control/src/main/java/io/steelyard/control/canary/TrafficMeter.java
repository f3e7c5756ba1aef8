package io.steelyard.control.canary;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes {@link Traffic} of the data plane's metrics. What it adds up only grows, also when servers
 * go and are counted no more. For one thread.
 */
public final class TrafficMeter {
  private static final String REQUESTS = "steelyard_requests";
  private static final String DURATIONS = "steelyard_request_duration_seconds";
  private static final int ERROR_FIRST = 500;

  /** What each counter said last. */
  private Map<String, Long> last = new HashMap<>();

  private long requests;
  private long errors;
  private double[] bounds = {};
  private long[] counts = {};

  public TrafficMeter() {}

  /** What has passed through, so far. */
  public Traffic measure(MetricSource source) {
    Reading reading = new Reading();
    source.collect(reading);
    last = reading.now;
    return new Traffic(
        requests,
        errors,
        Arrays.stream(bounds).mapToObj(seconds -> seconds * 1000).toList(),
        Arrays.stream(counts).boxed().toList());
  }

  /** One collection. */
  private final class Reading implements MetricSink {
    private final Map<String, Long> now = new HashMap<>();

    /** How much more it is than the last time; all of it when it began anew. */
    private long more(String series, long value) {
      now.merge(series, value, Long::sum);
      long before = last.getOrDefault(series, 0L);
      return value < before ? value : value - before;
    }

    @Override
    public void counter(String name, String help, double value, String... labels) {
      if (name.equals(REQUESTS)) {
        List<String> pairs = List.of(labels);
        long more = more(String.join("\n", pairs), (long) value);
        int code = Integer.parseInt(pairs.get(pairs.indexOf("code") + 1));
        requests += more;
        errors += code >= ERROR_FIRST ? more : 0;
      }
    }

    @Override
    public void gauge(String name, String help, double value, String... labels) {}

    @Override
    public void histogram(
        String name,
        String help,
        double[] upperBounds,
        long[] given,
        double sum,
        String... labels) {
      if (name.equals(DURATIONS)) {
        bounds = upperBounds.clone();
        counts = counts.length == 0 ? new long[given.length] : counts;
        List<String> series = new ArrayList<>(List.of(labels));
        for (int i = 0; i < given.length; i++) {
          counts[i] += more(String.join("\n", series) + "\n" + i, given[i]);
        }
      }
    }
  }
}
