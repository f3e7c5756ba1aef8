package io.steelyard.config.bind;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what was probably meant. */
public final class Spelling {
  private static final int LENGTH_MAX = 64;

  /** Words that are compared; bounds the time for a name among very many. */
  private static final int COMPARED_MAX = 1000;

  private static final int LISTED_MAX = 24;

  /** Letters with which an abbreviation begins like its word. */
  private static final int ABBREVIATION_MIN = 3;

  private Spelling() {}

  /** {@code ": did you mean 'x'?"}, or nothing when no known word is near. */
  public static String hint(String word, Collection<String> known) {
    return nearest(word, known).map(k -> ": did you mean '" + k + "'?").orElse("");
  }

  /**
   * The known word at the smallest distance, when that is small for its length; the first of
   * equals. Without one, the only word that this is an abbreviation of.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    int compared = 0;
    String wanted = normal(word);
    for (String candidate : known) {
      if (Math.abs(candidate.length() - word.length()) > tolerance(candidate)) {
        continue;
      }
      if (++compared > COMPARED_MAX) {
        break;
      }
      int distance = distance(wanted, normal(candidate), tolerance(candidate));
      if (distance < bestDistance && distance <= tolerance(candidate)) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best).or(() -> longForm(wanted, known));
  }

  /**
   * The one known word that this may be short for: it begins with the same letters and only leaves
   * others out, hyphens not counted. {@code addr}, {@code maxconn}, {@code least-conns}.
   */
  private static Optional<String> longForm(String word, Collection<String> known) {
    String letters = word.replace("-", "");
    if (letters.length() < ABBREVIATION_MIN) {
      return Optional.empty();
    }
    String only = null;
    int compared = 0;
    for (String candidate : known) {
      if (++compared > COMPARED_MAX) {
        break;
      }
      if (shortens(letters, normal(candidate).replace("-", ""))) {
        if (only != null) {
          return Optional.empty();
        }
        only = candidate;
      }
    }
    return Optional.ofNullable(only);
  }

  private static boolean shortens(String word, String full) {
    if (word.length() >= full.length() || !full.startsWith(word.substring(0, ABBREVIATION_MIN))) {
      return false;
    }
    int at = 0;
    for (int i = 0; i < full.length() && at < word.length(); i++) {
      if (full.charAt(i) == word.charAt(at)) {
        at++;
      }
    }
    return at == word.length();
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

  /** A text from the file made fit for one line of a message; a user in a URL is left out. */
  public static String quotable(String text) {
    String line = withoutUser(text.replaceAll("\\p{Cntrl}", "?"));
    return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
  }

  /** A password may stand with the user, whatever key the URL was written under. */
  private static String withoutUser(String text) {
    int from = text.indexOf("://") + "://".length();
    int to = text.lastIndexOf('@');
    return text.contains("://") && to >= from
        ? text.substring(0, from) + "***" + text.substring(to)
        : text;
  }

  private static String normal(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int tolerance(String word) {
    return word.length() <= 3 ? 1 : word.length() <= 8 ? 2 : 3;
  }

  /**
   * Damerau-Levenshtein distance in its optimal string alignment form: insertions, deletions,
   * substitutions, and swaps of neighbours. Only the band that can stay within {@code max} is
   * computed; {@code max + 1} stands for all that is more.
   */
  static int distance(String a, String b, int max) {
    int far = max + 1;
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    int nearestOfLast = 0;
    for (int i = 0; i <= a.length(); i++) {
      int from = Math.max(0, i - max);
      int to = Math.min(b.length(), i + max);
      Arrays.fill(row, far);
      int nearest = far;
      for (int j = from; j <= to; j++) {
        row[j] = Math.min(far, step(a, b, i, j, row, last, beforeLast));
        nearest = Math.min(nearest, row[j]);
      }
      if (nearest == far && nearestOfLast == far) {
        return far;
      }
      nearestOfLast = nearest;
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }

  private static int step(
      String a, String b, int i, int j, int[] row, int[] last, int[] beforeLast) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, beforeLast[j - 2] + 1) : least;
  }
}
