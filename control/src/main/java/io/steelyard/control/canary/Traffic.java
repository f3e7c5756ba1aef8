package io.steelyard.control.canary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests of a node since it started, or between two moments.
 *
 * @param errors those that were answered with 500 or above, by whomever
 * @param boundsMs upper bounds of the buckets that durations are counted in, without the last
 * @param counts of requests by duration, one more than there are bounds
 */
public record Traffic(long requests, long errors, List<Double> boundsMs, List<Long> counts) {
  public static final Traffic NONE = new Traffic(0, 0, List.of(), List.of());

  public Traffic {
    boundsMs = List.copyOf(boundsMs);
    counts = List.copyOf(counts);
  }

  /** Both together. */
  Traffic plus(Traffic other) {
    return combined(other, 1);
  }

  /** What came after {@code earlier}; all of it when the node has started anew meanwhile. */
  Traffic since(Traffic earlier) {
    return earlier.requests > requests ? this : combined(earlier, -1);
  }

  private Traffic combined(Traffic other, int sign) {
    if (other.counts.size() != counts.size()) {
      return other.counts.isEmpty() ? plusTotals(other, sign) : other.plusTotals(this, 1);
    }
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      sums.add(counts.get(i) + sign * other.counts.get(i));
    }
    return new Traffic(
        requests + sign * other.requests, errors + sign * other.errors, boundsMs, sums);
  }

  private Traffic plusTotals(Traffic other, int sign) {
    return new Traffic(
        requests + sign * other.requests, errors + sign * other.errors, boundsMs, counts);
  }

  /** The part of the requests that failed; 0 without any. */
  double errorRate() {
    return requests == 0 ? 0 : (double) errors / requests;
  }

  /**
   * The upper bound of the bucket that this part of the requests ended in or before, in ms;
   * infinite in the last one, 0 without any.
   */
  double quantileMs(double part) {
    long all = counts.stream().mapToLong(Long::longValue).sum();
    long below = 0;
    for (int i = 0; i < boundsMs.size(); i++) {
      below += counts.get(i);
      if (below >= part * all) {
        return all == 0 ? 0 : boundsMs.get(i);
      }
    }
    return all == 0 ? 0 : Double.POSITIVE_INFINITY;
  }

  /** As nodes tell each other. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("requests", requests);
    json.put("errors", errors);
    json.put("bounds_ms", boundsMs);
    json.put("counts", counts);
    return json;
  }

  /**
   * The opposite.
   *
   * @throws ClassCastException or NullPointerException when it is none
   */
  public static Traffic of(Map<?, ?> json) {
    return new Traffic(
        ((Number) json.get("requests")).longValue(),
        ((Number) json.get("errors")).longValue(),
        ((List<?>) json.get("bounds_ms")).stream().map(n -> ((Number) n).doubleValue()).toList(),
        ((List<?>) json.get("counts")).stream().map(n -> ((Number) n).longValue()).toList());
  }
}
