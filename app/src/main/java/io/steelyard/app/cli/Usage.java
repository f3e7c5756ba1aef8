package io.steelyard.app.cli;

import java.util.List;

/**
 * How a command is used; what its {@code --help} is made of.
 *
 * @param synopsis what follows the name: {@code [FILE] [--threads N]}
 * @param summary one line
 * @param positionalsMax arguments that are no options
 * @param more examples and what else is worth knowing, as it is to be printed
 */
record Usage(
    String name,
    String synopsis,
    String summary,
    int positionalsMax,
    List<Option> options,
    String more) {
  static final Option HELP = Option.flag("--help", "Print this help.");

  String line() {
    return ("steelyard " + name + " " + synopsis).stripTrailing();
  }

  /** The whole help page. */
  String page() {
    StringBuilder page = new StringBuilder();
    page.append("Usage: ").append(line()).append("\n\n").append(summary).append("\n\nOptions:\n");
    int width = HELP.label().length();
    for (Option option : options) {
      width = Math.max(width, option.label().length());
    }
    for (Option option : options) {
      append(page, option, width);
    }
    append(page, HELP, width);
    if (!more.isEmpty()) {
      page.append('\n').append(more.stripTrailing()).append('\n');
    }
    return page.toString();
  }

  private static void append(StringBuilder page, Option option, int width) {
    page.append("  ").append(option.label());
    page.repeat(' ', width - option.label().length() + 2).append(option.help()).append('\n');
  }
}
