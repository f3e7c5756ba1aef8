package io.steelyard.core.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The conditions of a route made ready for bytes. Allocates nothing per request. */
final class ConditionMatcher {
  /** Null: any path. */
  private final byte[] exact;

  private final byte[][] methods;
  private final Pair[] headers;
  private final Pair[] query;

  /** Value null: any. */
  private static final class Pair {
    final byte[] name;
    final byte[] value;

    Pair(byte[] name, byte[] value) {
      this.name = name;
      this.value = value;
    }

    static Pair of(Conditions.Wanted wanted, boolean lower) {
      String name = lower ? wanted.name().toLowerCase(Locale.ROOT) : wanted.name();
      return new Pair(bytes(name), wanted.any() ? null : bytes(wanted.value()));
    }

    boolean hasValue(byte[] in, int from, int to) {
      return value == null || same(in, from, to, value);
    }
  }

  private ConditionMatcher(Conditions conditions) {
    exact = conditions.exact().isEmpty() ? null : bytes(conditions.exact());
    methods = conditions.methods().stream().map(ConditionMatcher::bytes).toArray(byte[][]::new);
    headers = pairs(conditions.headers(), true);
    query = pairs(conditions.query(), false);
  }

  /** Null when nothing is asked. */
  static ConditionMatcher of(Conditions conditions) {
    return conditions.equals(Conditions.NONE) ? null : new ConditionMatcher(conditions);
  }

  private static Pair[] pairs(List<Conditions.Wanted> wanted, boolean lower) {
    return wanted.stream().map(w -> Pair.of(w, lower)).toArray(Pair[]::new);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether all hold; the query stands between {@code pathEnd} and {@code to}. */
  boolean hold(byte[] in, int pathFrom, int pathEnd, int to, Asked asked) {
    return (exact == null || isExact(in, pathFrom, pathEnd))
        && hasMethod(in, asked)
        && hasParameters(in, pathEnd, to)
        && hasFields(in, asked);
  }

  /** An absolute-form target may have no path, which means "/". */
  private boolean isExact(byte[] in, int pathFrom, int pathEnd) {
    boolean root = exact.length == 1 && exact[0] == '/';
    return (root && pathFrom == pathEnd) || same(in, pathFrom, pathEnd, exact);
  }

  private boolean hasMethod(byte[] in, Asked asked) {
    for (byte[] method : methods) {
      if (same(in, asked.methodFrom(), asked.methodTo(), method)) {
        return true;
      }
    }
    return methods.length == 0;
  }

  private boolean hasFields(byte[] in, Asked asked) {
    for (Pair pair : headers) {
      boolean found = asked.findField(pair.name);
      while (found && !pair.hasValue(in, asked.foundFrom(), asked.foundTo())) {
        found = asked.findNextField(pair.name);
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean hasParameters(byte[] in, int pathEnd, int to) {
    for (Pair pair : query) {
      if (!hasParameter(in, pathEnd + 1, to, pair)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasParameter(byte[] in, int from, int to, Pair wanted) {
    int at = from;
    while (at < to) {
      int end = indexOf(in, at, to, (byte) '&');
      int equals = indexOf(in, at, end, (byte) '=');
      if (same(in, at, equals, wanted.name)
          && wanted.hasValue(in, Math.min(equals + 1, end), end)) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  private static int indexOf(byte[] in, int from, int to, byte wanted) {
    int at = from;
    while (at < to && in[at] != wanted) {
      at++;
    }
    return at;
  }

  private static boolean same(byte[] in, int from, int to, byte[] wanted) {
    return to - from == wanted.length && Arrays.equals(in, from, to, wanted, 0, wanted.length);
  }
}
