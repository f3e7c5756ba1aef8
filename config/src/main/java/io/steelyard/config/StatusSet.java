package io.steelyard.config;

import java.util.List;

/** HTTP status codes as ranges, at least one. */
public record StatusSet(List<Range> ranges) {
  /** 200 to 399. */
  public static final StatusSet DEFAULT = new StatusSet(List.of(new Range(200, 399)));

  /** Both ends included; 100 to 599. */
  public record Range(int first, int last) {}

  public StatusSet {
    ranges = List.copyOf(ranges);
  }

  public boolean contains(int status) {
    return ranges.stream().anyMatch(r -> r.first() <= status && status <= r.last());
  }
}
