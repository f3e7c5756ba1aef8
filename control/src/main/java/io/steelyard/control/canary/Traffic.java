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
    if (!other.boundsMs.equals(boundsMs)) {
      return differently(other, sign);
    }
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      sums.add(counts.get(i) + sign * other.counts.get(i));
    }
    return new Traffic(
        requests + sign * other.requests, errors + sign * other.errors, boundsMs, sums);
  }

  /** Where one counts no durations, or in other buckets, as another version does. */
  private Traffic differently(Traffic other, int sign) {
    boolean mine = other.counts.isEmpty();
    boolean others = counts.isEmpty() && sign > 0;
    return new Traffic(
        requests + sign * other.requests,
        errors + sign * other.errors,
        mine ? boundsMs : others ? other.boundsMs : List.of(),
        mine ? counts : others ? other.counts : List.of());
  }

  /** How many requests the durations are known of. */
  long timed() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** The part of the requests that failed; 0 without any. */
  double errorRate() {
    return requests == 0 ? 0 : (double) errors / requests;
  }

  /**
   * How long this part of the requests took at most, in ms, as far as the buckets tell.
   *
   * @param leastMs the lower bound of its bucket: no less
   * @param likelyMs what it is if durations are spread evenly in that bucket
   */
  record Quantile(double leastMs, double likelyMs) {
    static final Quantile NONE = new Quantile(0, 0);
  }

  /** Zero without any request; the last bucket has no end, and counts as if it were a point. */
  Quantile quantile(double part) {
    long all = timed();
    if (all == 0) {
      return Quantile.NONE;
    }
    double wanted = part * all;
    double least = 0;
    long below = 0;
    for (int i = 0; i < boundsMs.size(); i++) {
      long here = counts.get(i);
      if (here > 0 && below + here >= wanted) {
        double inside = (wanted - below) / here;
        return new Quantile(least, least + inside * (boundsMs.get(i) - least));
      }
      below += here;
      least = boundsMs.get(i);
    }
    return new Quantile(least, least);
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
    List<Double> bounds =
        ((List<?>) json.get("bounds_ms")).stream().map(n -> ((Number) n).doubleValue()).toList();
    List<Long> counts =
        ((List<?>) json.get("counts")).stream().map(n -> ((Number) n).longValue()).toList();
    boolean fit = counts.size() == bounds.size() + 1;
    return new Traffic(
        ((Number) json.get("requests")).longValue(),
        ((Number) json.get("errors")).longValue(),
        fit ? bounds : List.of(),
        fit ? counts : List.of());
  }
}
