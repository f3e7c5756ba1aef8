package io.steelyard.sim.plan;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.engine.Zipf;
import io.steelyard.sim.plan.Fault.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the parts of a scenario are written. What cannot be read is an {@link
 * IllegalArgumentException} whose message says what was expected.
 */
public final class Texts {
  /** Java would take 10f and 0x1p3 as well. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]*\\.?[0-9]+([eE][+-]?[0-9]+)?");

  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s|m|h)");
  private static final Map<String, Double> UNITS_NS =
      Map.of("us", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h", 3600e9);
  private static final Pattern FAULT =
      Pattern.compile("(\\S+?):\\s+(\\S+)\\s+(\\S+)((?:\\s+\\S+)*)");
  private static final double SIGMA_DEFAULT = 1;
  private static final double ZIPF_DEFAULT = 1;
  private static final int CAPACITY_MAX = 1_000_000;
  private static final long RESTART_NS = 5_000_000_000L;

  private Texts() {}

  /** {@code 500ms}, {@code 2s}, {@code 1.5m} in nanoseconds. */
  public static long durationNs(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw expected("a duration like 500ms, 2s or 5m", text);
    }
    return Math.round(Double.parseDouble(matcher.group(1)) * UNITS_NS.get(matcher.group(2)));
  }

  /** {@code exp:10ms}, {@code const:10ms}, {@code uniform:5ms-15ms}, {@code lognormal:10ms,1.2}. */
  public static Distribution latency(String text) {
    String what =
        "exp:MEAN, const:TIME, uniform:LEAST-MOST or lognormal:MEAN[,SIGMA], such as exp:10ms";
    String[] parts = text.split(":", 2);
    if (parts.length < 2) {
      throw expected(what, text);
    }
    return switch (parts[0]) {
      case "exp" -> new Distribution.Exponential(durationNs(parts[1]));
      case "const" -> new Distribution.Constant(durationNs(parts[1]));
      case "uniform" -> uniform(parts[1]);
      case "lognormal" -> logNormal(parts[1]);
      default -> throw expected(what, text);
    };
  }

  private static Distribution uniform(String text) {
    String[] bounds = text.split("-", 2);
    if (bounds.length < 2) {
      throw expected("uniform:LEAST-MOST, such as uniform:5ms-15ms", text);
    }
    long least = durationNs(bounds[0]);
    long most = durationNs(bounds[1]);
    if (most < least) {
      throw expected("the smaller bound first, such as 5ms-15ms", text);
    }
    return new Distribution.Uniform(least, most);
  }

  private static Distribution logNormal(String text) {
    String[] parts = text.split(",", 2);
    double sigma = parts.length == 1 ? SIGMA_DEFAULT : number(parts[1], "sigma", 0, 5);
    return new Distribution.LogNormal(durationNs(parts[0]), sigma);
  }

  /** {@code 100}: what a server works at together. */
  public static int capacity(String text) {
    return whole(text, "a capacity", 1, CAPACITY_MAX);
  }

  /** {@code uniform:1000} or {@code zipf:1000[,EXPONENT]}. */
  public static KeyPlan keys(String text) {
    String[] parts = text.split("[:,]", -1);
    boolean zipf = parts[0].equals("zipf");
    if (parts.length < 2
        || parts.length > (zipf ? 3 : 2)
        || !(zipf || parts[0].equals("uniform"))) {
      throw expected("uniform:NUMBER or zipf:NUMBER[,EXPONENT], such as zipf:1000,1.1", text);
    }
    int number = whole(parts[1], "a number of keys", 1, Zipf.RANKS_MAX);
    double exponent = zipf ? ZIPF_DEFAULT : 0;
    return new KeyPlan(
        number, parts.length == 3 ? number(parts[2], "an exponent", 0, 10) : exponent);
  }

  /** {@code all}, or names of algorithms with commas between them, each once. */
  public static List<Algorithm> algorithms(String text) {
    if (text.equals("all")) {
      return List.of(Algorithm.values());
    }
    List<Algorithm> algorithms = new ArrayList<>();
    for (String name : text.split(",", -1)) {
      Algorithm algorithm = Algorithm.of(name).orElseThrow(() -> unknown(name));
      if (!algorithms.contains(algorithm)) {
        algorithms.add(algorithm);
      }
    }
    return algorithms;
  }

  private static IllegalArgumentException unknown(String name) {
    List<String> names = Arrays.stream(Algorithm.values()).map(Algorithm::label).toList();
    return expected("all, or one of " + String.join(", ", names), name);
  }

  /**
   * {@code 20s: b down 10s}: when, which servers, what, how much ({@code x5}, {@code 50%}, a time
   * for each state of flapping), and how long; without that until the end.
   */
  public static Fault fault(String text) {
    Matcher matcher = FAULT.matcher(text.strip());
    if (!matcher.matches()) {
      throw expected("'TIME: SERVER WHAT [FOR]', such as '20s: b down 10s'", text);
    }
    long at = durationNs(matcher.group(1));
    String rest = matcher.group(4).strip();
    List<String> more = rest.isEmpty() ? List.of() : List.of(rest.split("\\s+"));
    String word = matcher.group(3);
    if (word.equals("restart")) {
      if (more.size() > 1) {
        throw expected("'TIME: SERVER restart [FOR]'", text);
      }
      long down = more.isEmpty() ? RESTART_NS : durationNs(more.getFirst());
      return new Fault(at, matcher.group(2), Kind.DOWN, 0, down);
    }
    Kind kind = kind(word);
    Optional<String> measure = measure(kind);
    int most = measure.isPresent() ? 2 : 1;
    if ((measure.isPresent() && more.isEmpty()) || more.size() > most) {
      String like = (kind.label() + " " + measure.orElse("")).strip() + " [FOR]";
      throw expected("'TIME: SERVER " + like + "'", text);
    }
    double amount = measure.isPresent() ? amount(kind, more.getFirst()) : 0;
    boolean ends = more.size() == most;
    return new Fault(
        at, matcher.group(2), kind, amount, ends ? durationNs(more.getLast()) : Fault.FOR_EVER);
  }

  private static Optional<String> measure(Kind kind) {
    return switch (kind) {
      case SLOW -> Optional.of("xFACTOR");
      case ERRORS -> Optional.of("SHARE%");
      case FLAP -> Optional.of("PERIOD");
      default -> Optional.empty();
    };
  }

  private static double amount(Kind kind, String text) {
    return switch (kind) {
      case SLOW -> {
        if (!text.startsWith("x")) {
          throw expected("a factor like x5", text);
        }
        yield number(text.substring(1), "a factor", 0.001, 1_000_000);
      }
      case ERRORS -> {
        if (!text.endsWith("%")) {
          throw expected("a share like 50%", text);
        }
        yield number(text.substring(0, text.length() - 1), "a share", 0, 100) / 100;
      }
      default -> (double) durationNs(text);
    };
  }

  private static Kind kind(String word) {
    for (Kind kind : Kind.values()) {
      if (kind.label().equals(word)) {
        return kind;
      }
    }
    List<String> labels = Arrays.stream(Kind.values()).map(Kind::label).toList();
    throw expected("restart or one of " + String.join(", ", labels), word);
  }

  /** {@link #number} without a fraction. */
  public static int whole(String text, String what, int least, int most) {
    double value = number(text, what, least, most);
    if (value != Math.rint(value)) {
      throw bounds(text, "a whole number: " + what, least, most);
    }
    return (int) value;
  }

  /** A number within bounds, both included; {@code what} is for the complaint. */
  public static double number(String text, String what, double least, double most) {
    try {
      double value = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw (IllegalArgumentException) bounds(text, what, least, most).initCause(e);
    }
    throw bounds(text, what, least, most);
  }

  private static IllegalArgumentException bounds(
      String text, String what, double least, double most) {
    return expected(what + " from " + plain(least) + " to " + plain(most), text);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private static IllegalArgumentException expected(String what, String text) {
    return new IllegalArgumentException("expected " + what + ", not '" + text + "'");
  }
}
