package io.steelyard.core.route;

import java.util.ArrayList;
import java.util.List;

/**
 * What a route asks of a request beside host and the beginning of its path; all of it has to hold.
 *
 * @param exact the whole path, without query; empty: any
 * @param methods one of which it has; empty: any
 * @param headers header fields that it has; names in any case
 * @param query parameters that its query has, as they are sent: nothing is decoded
 */
public record Conditions(
    String exact, List<String> methods, List<Wanted> headers, List<Wanted> query) {
  /** Nothing is asked. */
  public static final Conditions NONE = new Conditions("", List.of(), List.of(), List.of());

  public Conditions {
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
    query = List.copyOf(query);
  }

  /**
   * A header field or a parameter.
   *
   * @param value that one of those of that name has, byte for byte; {@link #ANY}: it is there
   */
  public record Wanted(String name, String value) {
    public static final String ANY = "*";

    boolean any() {
      return value.equals(ANY);
    }
  }

  /** In words, one for each. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    if (!exact.isEmpty()) {
      words.add("exactly path " + exact);
    }
    if (!methods.isEmpty()) {
      words.add("method " + String.join(" or ", methods));
    }
    headers.forEach(wanted -> words.add("header " + words(wanted)));
    query.forEach(wanted -> words.add("query " + words(wanted)));
    return words;
  }

  /** Values of header fields may be secrets: they are not told. */
  private static String words(Wanted wanted) {
    return wanted.name() + (wanted.any() ? "" : " with its value");
  }
}
