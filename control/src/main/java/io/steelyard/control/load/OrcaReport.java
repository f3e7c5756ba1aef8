package io.steelyard.control.load;

import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * ORCA (Open Request Cost Aggregation): {@code xds.data.orca.v3.OrcaLoadReport} as JSON, its names
 * as in the definition or as Protocol Buffers write them in JSON ({@code cpu_utilization}, {@code
 * cpuUtilization}). Other members may stand beside the one that counts.
 */
final class OrcaReport {
  /** Utilizations may exceed 1; more than this is a mistake. */
  static final double LOAD_MAX = 1_000;

  private OrcaReport() {}

  /**
   * The load in {@code json}.
   *
   * @param metric {@code cpu}, {@code memory}, {@code application} or the name of one of {@code
   *     utilization} or {@code named_metrics}
   */
  static double load(String json, String metric) throws BrokenReport {
    if (!(value(json) instanceof Map<?, ?> report)) {
      throw new BrokenReport("no JSON object");
    }
    Object load =
        switch (metric) {
          case "cpu" -> either(report, "cpu_utilization", "cpuUtilization");
          case "memory" -> either(report, "mem_utilization", "memUtilization");
          case "application" -> either(report, "application_utilization", "applicationUtilization");
          default -> own(report, metric);
        };
    if (!(load instanceof BigDecimal number)) {
      throw new BrokenReport("no number for " + metric);
    }
    double value = number.doubleValue();
    if (value < 0 || value > LOAD_MAX) {
      throw new BrokenReport(metric + " is " + value);
    }
    return value;
  }

  private static Object own(Map<?, ?> report, String metric) {
    return Stream.of("utilization", "named_metrics", "namedMetrics")
        .map(report::get)
        .filter(metrics -> metrics instanceof Map<?, ?> named && named.containsKey(metric))
        .findFirst()
        .<Object>map(metrics -> ((Map<?, ?>) metrics).get(metric))
        .orElse(null);
  }

  private static Object value(String json) throws BrokenReport {
    try {
      return JsonReader.read(json);
    } catch (JsonException e) {
      throw new BrokenReport(e.getMessage());
    }
  }

  private static Object either(Map<?, ?> report, String... names) {
    return List.of(names).stream()
        .filter(report::containsKey)
        .findFirst()
        .<Object>map(report::get)
        .orElse(null);
  }
}
