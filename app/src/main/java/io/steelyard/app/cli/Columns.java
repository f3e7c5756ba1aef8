package io.steelyard.app.cli;

import java.util.Arrays;
import java.util.List;

/** Rows of equal length below each other. */
final class Columns {
  private Columns() {}

  /** Each column as wide as its widest cell; two blanks before each. */
  static void append(StringBuilder out, List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length()));
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append("  ").append(row.get(i)).repeat(' ', widths[i] - row.get(i).length());
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
