import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that was measured, and what could not be. */
final class Results {
  /** The verdict on one contestant in one row. */
  enum Verdict {
    PASS,
    FAIL,
    /** There is no bar for it, or nothing to judge by. */
    NONE
  }

  /** One measured value, in the row's unit; the detail is whatever else was seen, by name. */
  record Sample(int round, double value, Map<String, Double> detail) {}

  private final Map<Row, Map<Contestant, List<Sample>>> samples = new EnumMap<>(Row.class);
  private final Map<Row, Map<Contestant, String>> failures = new EnumMap<>(Row.class);
  private final Map<Row, String> skipped = new EnumMap<>(Row.class);

  void add(Row row, Contestant contestant, int round, double value, Map<String, Double> detail) {
    samples
        .computeIfAbsent(row, _ -> new LinkedHashMap<>())
        .computeIfAbsent(contestant, _ -> new ArrayList<>())
        .add(new Sample(round, value, detail));
  }

  /** A contestant could not do a row: that counts as a failure. */
  void fail(Row row, Contestant contestant, String why) {
    failures.computeIfAbsent(row, _ -> new LinkedHashMap<>()).put(contestant, why);
  }

  /** The machine does not allow a row: that does not. */
  void skip(Row row, String why) {
    skipped.put(row, why);
  }

  Map<Contestant, List<Sample>> of(Row row) {
    return samples.getOrDefault(row, Map.of());
  }

  Map<Contestant, String> failuresOf(Row row) {
    return failures.getOrDefault(row, Map.of());
  }

  Map<Row, String> skipped() {
    return skipped;
  }

  double median(Row row, Contestant contestant) {
    return median(of(row).get(contestant).stream().map(Sample::value).toList());
  }

  /** The median of one of the details, or NaN when it was not seen. */
  double medianDetail(Row row, Contestant contestant, String name) {
    return median(
        of(row).get(contestant).stream()
            .map(Sample::detail)
            .filter(detail -> detail.containsKey(name))
            .map(detail -> detail.get(name))
            .toList());
  }

  /** The median over the rounds of the ratio to HAProxy in the same round; NaN without HAProxy. */
  double ratio(Row row, Contestant contestant) {
    return median(ratios(row, contestant));
  }

  List<Double> ratios(Row row, Contestant contestant) {
    List<Double> ratios = new ArrayList<>();
    for (Sample sample : of(row).get(contestant)) {
      for (Sample anchor : of(row).getOrDefault(HaProxy.ANCHOR, List.of())) {
        if (anchor.round() == sample.round()) {
          ratios.add(sample.value() / anchor.value());
        }
      }
    }
    return ratios;
  }

  Verdict verdict(Row row, Contestant contestant) {
    double judged = row.metric.toHaproxy ? ratio(row, contestant) : median(row, contestant);
    double bar = contestant.bar(row);
    if (Double.isNaN(bar) || Double.isNaN(judged)) {
      return Verdict.NONE;
    }
    return judged <= bar && !(medianDetail(row, contestant, "errors") > 0)
        ? Verdict.PASS
        : Verdict.FAIL;
  }

  boolean passed() {
    boolean missed =
        samples.entrySet().stream()
            .anyMatch(entry ->
                entry.getValue().keySet().stream()
                    .anyMatch(contestant -> verdict(entry.getKey(), contestant) == Verdict.FAIL));
    return failures.isEmpty() && !missed;
  }

  private static double median(List<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
