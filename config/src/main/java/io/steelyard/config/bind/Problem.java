package io.steelyard.config.bind;

import java.util.Comparator;

/**
 * What is wrong at a place; line and column count from 1.
 *
 * @param text which of the texts it stands in, from 0
 */
public record Problem(int text, int line, int column, String message)
    implements Comparable<Problem> {
  private static final Comparator<Problem> BY_POSITION =
      Comparator.comparingInt(Problem::text)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::message);

  @Override
  public int compareTo(Problem other) {
    return BY_POSITION.compare(this, other);
  }
}
