import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as a table for people and as JSON for machines. */
record Report(Lab lab, Results results) {
  private static final String LINE = "%-10s %-20s %14s %9s %7s %-5s %s%n";

  /** The share of time ready but not running from which latency and throughput say little. */
  private static final double DISTURBED = 0.10;

  String table() throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder("\n");
    Machine.facts().forEach((name, value) -> text.append("%s: %s%n".formatted(name, value)));
    text.append('\n')
        .append(LINE.formatted("row", "contestant", "median", "/haproxy", "bar", "", "also"));
    for (Row row : lab.options().rows()) {
      text.append("-- %s%n".formatted(row.title));
      results.of(row).keySet().forEach(contestant -> text.append(line(row, contestant)));
      results
          .failuresOf(row)
          .forEach((contestant, why) ->
              text.append(LINE.formatted(row.key, contestant.name(), "-", "-", "-", "FAIL", why)));
      if (results.skipped().containsKey(row)) {
        text.append(
            LINE.formatted(row.key, "-", "-", "-", "-", "SKIP", results.skipped().get(row)));
      }
    }
    return text.toString();
  }

  private String line(Row row, Contestant contestant) {
    double bar = contestant.bar(row);
    Results.Verdict verdict = results.verdict(row, contestant);
    return LINE.formatted(
        row.key,
        contestant.name(),
        number(results.median(row, contestant)) + " " + row.metric.unit,
        row.metric == Row.Metric.SCALING ? "-" : number(results.ratio(row, contestant)),
        Double.isNaN(bar) ? "" : number(bar),
        verdict == Results.Verdict.NONE ? "" : verdict == Results.Verdict.PASS ? "pass" : "FAIL",
        also(row, contestant));
  }

  /** What else is worth a look, after the row's own figure. */
  private String also(Row row, Contestant contestant) {
    StringBuilder text = new StringBuilder();
    Map<String, String> names = new LinkedHashMap<>();
    names.put("rps", "%.0f/s ");
    names.put("p99_us", "p99 %.0f us ");
    names.put("p999_us", "p99.9 %.0f us ");
    names.put("unused_mb", "before any load %.1f MB ");
    names.put("one_us", "one %.2f us ");
    names.put("two_us", "two %.2f us ");
    names.forEach((name, format) -> {
      double value = results.medianDetail(row, contestant, name);
      if (!Double.isNaN(value)) {
        text.append(String.format(Locale.ROOT, format, value));
      }
    });
    double waited = results.medianDetail(row, contestant, "wait_share");
    if (waited > DISTURBED) {
      text.append(
          String.format(
              Locale.ROOT, "(disturbed: waited for its core %.0f%% of the time) ", 100 * waited));
    }
    double errors = results.medianDetail(row, contestant, "errors");
    return errors > 0 ? text + "ERRORS %.0f".formatted(errors) : text.toString();
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%.0f", value);
  }

  void writeJson(Path file) throws IOException, InterruptedException {
    Json json = new Json();
    json.open("{").field("date", OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.name("machine").open("{");
    Machine.facts().forEach(json::field);
    json.close("}")
        .field("rounds", lab.options().rounds())
        .field("seconds", lab.options().seconds());
    json.name("rows").open("[");
    for (Row row : lab.options().rows()) {
      writeRow(json, row);
    }
    json.close("]").close("}");
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, json + "\n");
  }

  private void writeRow(Json json, Row row) {
    json.open("{").field("row", row.key).field("title", row.title).field("unit", row.metric.unit);
    if (results.skipped().containsKey(row)) {
      json.field("skipped", results.skipped().get(row));
    }
    json.name("contestants").open("[");
    results
        .of(row)
        .forEach((contestant, samples) -> writeContestant(json, row, contestant, samples));
    results
        .failuresOf(row)
        .forEach((contestant, why) ->
            json.open("{").field("name", contestant.name()).field("failed", why).close("}"));
    json.close("]").close("}");
  }

  private void writeContestant(
      Json json, Row row, Contestant contestant, List<Results.Sample> samples) {
    json.open("{")
        .field("name", contestant.name())
        .field("median", results.median(row, contestant));
    json.field("ratio", results.ratio(row, contestant)).field("bar", contestant.bar(row));
    json.field("verdict", results.verdict(row, contestant).name().toLowerCase(Locale.ROOT));
    json.name("rounds").open("[");
    for (Results.Sample sample : samples) {
      json.open("{").field("round", sample.round()).field("value", sample.value());
      sample.detail().forEach(json::field);
      json.close("}");
    }
    json.close("]").close("}");
  }
}
