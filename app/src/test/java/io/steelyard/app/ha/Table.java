package io.steelyard.app.ha;

import java.util.List;
import java.util.Locale;

/** What was measured, in Markdown, which people can read as it stands. */
final class Table {
  private final StringBuilder text = new StringBuilder();
  private int missed;

  /** Begins the rows of one program; the text that is new. */
  String begin(String title) {
    String head =
        """

        **%s**

        | what happens | without service, ms | slowest answer, ms | failed | open broken | sessions moved | address moved | owners at a time | single owner after, ms |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|
        """
            .formatted(title);
    text.append(head);
    return head;
  }

  /** Adds a row; the text that is new. */
  String add(Row row, Result.Summary summary, List<String> misses) {
    missed += misses.size();
    String note = misses.isEmpty() ? "" : " **(" + String.join("; ", misses) + ")**";
    String line =
        String.format(
            Locale.ROOT,
            "| %s%s | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %d | %s |%n",
            row.title(),
            note,
            summary.gapMs(),
            summary.slowestMs(),
            summary.failed(),
            summary.broken(),
            summary.moved(),
            summary.takings(),
            summary.most(),
            summary.singleMs() < 0 ? "never" : "%.0f".formatted(summary.singleMs()));
    text.append(line);
    return line;
  }

  /** Bars that were not kept to. */
  int missed() {
    return missed;
  }

  String text() {
    return text.toString();
  }
}
