package io.steelyard.admin;

import io.steelyard.core.metric.MetricSink;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes samples in the Prometheus text format, version 0.0.4. Samples of one name may come from
 * several sources and in any order: they are put together under one HELP and TYPE, as the format
 * demands. For one thread and one collection.
 */
final class PrometheusText implements MetricSink {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** What all samples of one name share, and the lines of these samples. */
  private record Family(String type, String help, StringBuilder lines) {}

  private final Map<String, Family> families = new LinkedHashMap<>();

  @Override
  public void counter(String name, String help, double value, String... labels) {
    String full = name + "_total";
    sample(family(full, "counter", help), full, value, labels, null);
  }

  @Override
  public void declareCounter(String name, String help) {
    family(name + "_total", "counter", help);
  }

  @Override
  public void gauge(String name, String help, double value, String... labels) {
    sample(family(name, "gauge", help), name, value, labels, null);
  }

  @Override
  public void histogram(
      String name, String help, double[] upperBounds, long[] counts, double sum, String... labels) {
    if (counts.length != upperBounds.length + 1) {
      throw new IllegalArgumentException(
          name + ": " + upperBounds.length + " bounds, " + counts.length + " counts");
    }
    StringBuilder lines = family(name, "histogram", help);
    long cumulative = 0;
    for (int i = 0; i < counts.length; i++) {
      cumulative += counts[i];
      String bound = i < upperBounds.length ? number(upperBounds[i]) : "+Inf";
      sample(lines, name + "_bucket", (double) cumulative, labels, bound);
    }
    sample(lines, name + "_sum", sum, labels, null);
    sample(lines, name + "_count", (double) cumulative, labels, null);
  }

  /** All that was collected. */
  String text() {
    StringBuilder all = new StringBuilder(16 * 1024);
    families.forEach((name, family) -> {
      all.append("# HELP ").append(name).append(' ');
      escape(all, family.help, false);
      all.append("\n# TYPE ").append(name).append(' ').append(family.type).append('\n');
      all.append(family.lines);
    });
    return all.toString();
  }

  private StringBuilder family(String name, String type, String help) {
    Family family =
        families.computeIfAbsent(name, n -> new Family(type, help, new StringBuilder()));
    if (!family.type.equals(type)) {
      throw new IllegalArgumentException(name + " is both " + family.type + " and " + type);
    }
    return family.lines;
  }

  private static void sample(
      StringBuilder out, String name, double value, String[] labels, String bucketBound) {
    out.append(name);
    char separator = '{';
    for (int i = 0; i + 1 < labels.length; i += 2) {
      out.append(separator).append(labels[i]).append("=\"");
      escape(out, labels[i + 1], true);
      out.append('"');
      separator = ',';
    }
    if (bucketBound != null) {
      out.append(separator).append("le=\"").append(bucketBound).append('"');
      separator = ',';
    }
    if (separator == ',') {
      out.append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return "+Inf";
    }
    if (value == Double.NEGATIVE_INFINITY) {
      return "-Inf";
    }
    long whole = (long) value;
    return (double) whole == value && Math.abs(whole) < 1L << 53
        ? Long.toString(whole)
        : Double.toString(value);
  }

  private static void escape(StringBuilder out, String text, boolean quotes) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '"' -> out.append(quotes ? "\\\"" : "\"");
        default -> out.append(c);
      }
    }
  }
}
