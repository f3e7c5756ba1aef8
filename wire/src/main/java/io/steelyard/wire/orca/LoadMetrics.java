package io.steelyard.wire.orca;

import java.nio.charset.StandardCharsets;

/**
 * Finds one metric in the value of a response's {@code endpoint-load-metrics} field: Open Request
 * Cost Aggregation (xds.data.orca.v3.OrcaLoadReport) in its {@code TEXT} form ({@code TEXT
 * cpu_utilization=0.3, mem_utilization=0.8}), its {@code JSON} form, whose names may be as in the
 * definition or as Protocol Buffers write them in JSON ({@code cpuUtilization}), or its {@code BIN}
 * form, Protocol Buffers in Base64, which alone may come as {@code endpoint-load-metrics-bin}.
 * Allocates nothing once made; bounded by the field. Not thread-safe.
 */
public final class LoadMetrics {
  /** There is no such metric, or nothing can be made of the field. */
  public static final double NONE = -1;

  /** In lower case. */
  public static final String FIELD = "endpoint-load-metrics";

  /** The field of the binary form alone, in lower case. */
  public static final String BINARY_FIELD = "endpoint-load-metrics-bin";

  private static final byte[] TEXT = ascii("TEXT ");
  private static final byte[] JSON = ascii("JSON ");
  private static final byte[] BINARY = ascii("BIN ");
  private static final int DIGITS_MAX = 17;

  private final byte[] metric;

  /** The other way to write it in JSON. */
  private final byte[] camel;

  private final BinaryReport binary;

  /**
   * Looks for {@code metric}: {@code cpu}, {@code memory} or {@code application} (the utilization
   * of that), or the name of one of the server's own.
   */
  public LoadMetrics(String metric) {
    this.metric =
        ascii(
            switch (metric) {
              case "cpu" -> "cpu_utilization";
              case "memory" -> "mem_utilization";
              case "application" -> "application_utilization";
              default -> metric;
            });
    this.camel =
        switch (metric) {
          case "cpu" -> ascii("cpuUtilization");
          case "memory" -> ascii("memUtilization");
          case "application" -> ascii("applicationUtilization");
          default -> this.metric;
        };
    this.binary = new BinaryReport(metric, this.metric);
  }

  /** The metric in the field's value {@code in[from..to)}, 0 or more; or {@link #NONE}. */
  public double in(byte[] in, int from, int to) {
    if (starts(in, from, to, TEXT)) {
      return text(in, from + TEXT.length, to);
    }
    if (starts(in, from, to, JSON)) {
      return json(in, from + JSON.length, to);
    }
    return starts(in, from, to, BINARY) ? inBinary(in, from + BINARY.length, to) : NONE;
  }

  /** The metric in the value {@code in[from..to)} of {@link #BINARY_FIELD}, or {@link #NONE}. */
  public double inBinary(byte[] in, int from, int to) {
    return binary.in(in, skipBlanks(in, from, to), to);
  }

  /** {@code name=value} by commas; a name may be qualified: {@code named_metrics.queue=3}. */
  private double text(byte[] in, int from, int to) {
    int p = from;
    while (p < to) {
      int end = indexOf(in, p, to, ',');
      int begin = skipBlanks(in, p, end);
      int equals = indexOf(in, begin, end, '=');
      if (equals < end && isMetric(in, begin, trimBlanks(in, begin, equals), metric)) {
        int value = skipBlanks(in, equals + 1, end);
        return number(in, value, trimBlanks(in, value, end));
      }
      p = end + 1;
    }
    return NONE;
  }

  /** The first member of that name, at whatever depth: the reports are maps of numbers. */
  private double json(byte[] in, int from, int to) {
    int p = indexOf(in, from, to, '"');
    while (p < to) {
      int end = indexOf(in, p + 1, to, '"');
      int colon = skipBlanks(in, end + 1, to);
      if (colon < to
          && in[colon] == ':'
          && (isMetric(in, p + 1, end, metric) || isMetric(in, p + 1, end, camel))) {
        int value = skipBlanks(in, colon + 1, to);
        return number(in, value, numberEnd(in, value, to));
      }
      p = indexOf(in, end + 1, to, '"');
    }
    return NONE;
  }

  private static boolean isMetric(byte[] in, int from, int to, byte[] metric) {
    int length = to - from;
    boolean qualified = length > metric.length && in[to - metric.length - 1] == '.';
    return (length == metric.length || qualified) && starts(in, to - metric.length, to, metric);
  }

  /** A plain decimal without sign, with an exponent or not; NONE for anything else. */
  private static double number(byte[] in, int from, int to) {
    long digits = 0;
    int count = 0;
    int scale = 0;
    boolean fraction = false;
    int p = from;
    for (; p < to && (isDigit(in[p]) || (in[p] == '.' && !fraction)); p++) {
      if (in[p] == '.') {
        fraction = true;
      } else if (count < DIGITS_MAX) {
        digits = 10 * digits + in[p] - '0';
        count += digits > 0 ? 1 : 0;
        scale -= fraction ? 1 : 0;
      } else {
        scale += fraction ? 0 : 1;
      }
    }
    if (p == from || (p == from + 1 && fraction)) {
      return NONE;
    }
    int exponent = p < to ? exponent(in, p, to) : 0;
    return exponent == Integer.MIN_VALUE ? NONE : digits * Math.pow(10, scale + exponent);
  }

  private static int exponent(byte[] in, int at, int to) {
    int p = at + 1;
    boolean negative = p < to && in[p] == '-';
    p += p < to && (in[p] == '-' || in[p] == '+') ? 1 : 0;
    if ((in[at] | 0x20) != 'e' || p == to || to - p > 2) {
      return Integer.MIN_VALUE;
    }
    int value = 0;
    for (; p < to; p++) {
      if (!isDigit(in[p])) {
        return Integer.MIN_VALUE;
      }
      value = 10 * value + in[p] - '0';
    }
    return negative ? -value : value;
  }

  private static int numberEnd(byte[] in, int from, int to) {
    int p = from;
    while (p < to && in[p] != ',' && in[p] != '}' && in[p] != ' ') {
      p++;
    }
    return p;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean starts(byte[] in, int from, int to, byte[] with) {
    if (to - from < with.length) {
      return false;
    }
    for (int i = 0; i < with.length; i++) {
      if (in[from + i] != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(byte[] in, int from, int to, char wanted) {
    int p = from;
    while (p < to && in[p] != wanted) {
      p++;
    }
    return Math.min(p, to);
  }

  private static int skipBlanks(byte[] in, int from, int to) {
    int p = from;
    while (p < to && (in[p] == ' ' || in[p] == '\t')) {
      p++;
    }
    return p;
  }

  private static int trimBlanks(byte[] in, int from, int to) {
    int p = to;
    while (p > from && (in[p - 1] == ' ' || in[p - 1] == '\t')) {
      p--;
    }
    return p;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
