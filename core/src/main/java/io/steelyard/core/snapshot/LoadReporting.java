package io.steelyard.core.snapshot;

import java.time.Duration;

/**
 * How servers say their own load in their responses: the header field {@code endpoint-load-metrics}
 * of ORCA (Open Request Cost Aggregation, xDS {@code OrcaLoadReport}). Reports that are asked for
 * come through the control plane instead.
 *
 * @param inResponses whether responses are looked at; the field is passed on as it is
 * @param metric which of the report counts: {@code cpu}, {@code memory}, {@code application}, or
 *     the name of one of its own
 * @param expire how long a report holds
 */
public record LoadReporting(boolean inResponses, String metric, Duration expire) {
  /** Responses are not looked at. */
  public static final LoadReporting NONE =
      new LoadReporting(false, "application", Duration.ofSeconds(10));
}
