package io.steelyard.sim.report;

import java.util.ArrayList;
import java.util.List;

/** A table: the first column to the left, the others to the right. */
final class Columns {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Columns row(String first, List<String> others) {
    List<String> row = new ArrayList<>(List.of(first));
    row.addAll(others);
    rows.add(row);
    return this;
  }

  void appendTo(StringBuilder out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(GAP).append(row.getFirst());
      line.repeat(' ', widths[0] - row.getFirst().length());
      for (int i = 1; i < row.size(); i++) {
        line.append(GAP).repeat(' ', widths[i] - row.get(i).length()).append(row.get(i));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
