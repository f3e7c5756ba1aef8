package io.steelyard.core.metric;

/**
 * Something that can say how it fares. Called by an admin thread at any time; must not block a
 * loop.
 */
public interface MetricSource {
  void collect(MetricSink sink);
}
