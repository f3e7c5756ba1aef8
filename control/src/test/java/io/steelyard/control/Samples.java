package io.steelyard.control;

import io.steelyard.core.metric.MetricSink;
import java.util.ArrayList;
import java.util.List;

/** Writes samples down as lines: name, labels, value. */
final class Samples implements MetricSink {
  private final List<String> lines = new ArrayList<>();

  List<String> lines() {
    return lines;
  }

  @Override
  public void counter(String name, String help, double value, String... labels) {
    lines.add(name + " " + List.of(labels) + " " + value);
  }

  @Override
  public void gauge(String name, String help, double value, String... labels) {
    lines.add(name + " " + List.of(labels) + " " + value);
  }

  @Override
  public void histogram(
      String name, String help, double[] upperBounds, long[] counts, double sum, String... labels) {
    throw new AssertionError(name);
  }
}
