package io.steelyard.config.bind;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what was probably meant. */
public final class Spelling {
  private static final int LENGTH_MAX = 64;
  private static final int LISTED_MAX = 24;

  private Spelling() {}

  /** {@code ": did you mean 'x'?"}, or nothing when no known word is near. */
  public static String hint(String word, Collection<String> known) {
    return nearest(word, known).map(k -> ": did you mean '" + k + "'?").orElse("");
  }

  /**
   * The known word at the smallest distance, when that is small for its length; the first of
   * equals.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(normal(word), normal(candidate));
      if (distance < bestDistance && distance <= tolerance(candidate)) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The hint, then what is known: {@code ": did you mean 'x'? pools: x, y"}. */
  public static String hintAmong(String word, Collection<String> known, String title) {
    String hint = hint(word, known);
    return (hint.isEmpty() ? ";" : hint) + " " + title + ": " + list(known);
  }

  /** The words with commas between, a long list cut short. */
  public static String list(Collection<String> words) {
    String shown = words.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
    int more = words.size() - LISTED_MAX;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  /** A text from the file made fit for one line of a message. */
  public static String quotable(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
  }

  private static String normal(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int tolerance(String word) {
    return word.length() <= 3 ? 1 : word.length() <= 8 ? 2 : 3;
  }

  /**
   * Damerau-Levenshtein distance in its optimal string alignment form: insertions, deletions,
   * substitutions, and swaps of neighbours.
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
