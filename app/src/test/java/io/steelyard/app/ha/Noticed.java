package io.steelyard.app.ha;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What clients noticed in one run.
 *
 * @param requests on new connections
 * @param gapMs longest time between two answers to requests on new connections
 * @param slowestMs longest time that a request on a new connection took, among those answered
 * @param failed requests on new connections without a good answer: refused, reset, or none in time
 * @param broken open connections, with an answer before, that were reset, or gave no answer in time
 * @param moved how often a session came to another server than before
 * @param balancers that served, by address, in the order in which they did
 */
record Noticed(
    int requests,
    double gapMs,
    double slowestMs,
    int failed,
    int broken,
    int moved,
    List<String> balancers) {

  /** As one line that {@link #parse} reads. */
  String line() {
    return String.format(
        Locale.ROOT,
        "noticed %d %.1f %.1f %d %d %d %s",
        requests,
        gapMs,
        slowestMs,
        failed,
        broken,
        moved,
        String.join(",", balancers));
  }

  static Noticed parse(String line) {
    String[] word = line.split(" ", -1);
    return new Noticed(
        Integer.parseInt(word[1]),
        Double.parseDouble(word[2]),
        Double.parseDouble(word[3]),
        Integer.parseInt(word[4]),
        Integer.parseInt(word[5]),
        Integer.parseInt(word[6]),
        word[7].isEmpty() ? List.of() : List.of(word[7].split(",", -1)));
  }

  /** The median of one of these numbers. */
  static <T> double median(List<T> of, ToDoubleFunction<T> number) {
    List<Double> sorted = new ArrayList<>(of.stream().map(number::applyAsDouble).toList());
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
