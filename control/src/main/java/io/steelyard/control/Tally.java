package io.steelyard.control;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * How often something happened, for each combination of labels that has occurred. Any thread but a
 * loop.
 */
final class Tally implements MetricSource {
  private final String name;
  private final String help;
  private final List<String> labels;
  private final Map<String, Line> lines = new ConcurrentSkipListMap<>();

  private record Line(List<String> values, LongAdder count) {}

  /** {@code name} without {@code _total}. */
  Tally(String name, String help, String... labels) {
    this.name = name;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** One more; a value for each label. */
  void add(String... values) {
    lines
        .computeIfAbsent(String.join("\0", values), _ -> new Line(List.of(values), new LongAdder()))
        .count
        .increment();
  }

  /** Forgets all lines but these, by their values. */
  void retain(Predicate<List<String>> wanted) {
    lines.values().removeIf(line -> !wanted.test(line.values));
  }

  @Override
  public void collect(MetricSink sink) {
    sink.declareCounter(name, help);
    for (Line line : lines.values()) {
      String[] pairs = new String[2 * labels.size()];
      for (int i = 0; i < labels.size(); i++) {
        pairs[2 * i] = labels.get(i);
        pairs[2 * i + 1] = line.values.get(i);
      }
      sink.counter(name, help, (double) line.count.sum(), pairs);
    }
  }
}
