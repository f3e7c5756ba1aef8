package io.steelyard.config.bind;

import java.util.Comparator;

/** What is wrong at a place; line and column count from 1. */
public record Problem(int line, int column, String message) implements Comparable<Problem> {
  private static final Comparator<Problem> BY_POSITION =
      Comparator.comparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::message);

  @Override
  public int compareTo(Problem other) {
    return BY_POSITION.compare(this, other);
  }
}
