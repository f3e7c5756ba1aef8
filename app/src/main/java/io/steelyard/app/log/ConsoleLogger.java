package io.steelyard.app.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;

/**
 * Writes {@code time level area message} to standard error, one line each, a stack trace below it.
 * Never called by an event loop.
 */
record ConsoleLogger(String name, Level threshold) implements System.Logger {
  static final String OURS = "steelyard.";

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean isLoggable(Level level) {
    return level != Level.OFF && level.getSeverity() >= threshold.getSeverity();
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
    if (isLoggable(level)) {
      write(level, message, thrown);
    }
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String format, Object... values) {
    if (isLoggable(level)) {
      boolean plain = values == null || values.length == 0;
      write(level, plain ? format : filled(format, values), null);
    }
  }

  /**
   * The values in the places of {0}, {1} and so on. MessageFormat would bring number formats and
   * locales along, which are a tenth of a start's time.
   */
  static String filled(String format, Object... values) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int open = format.indexOf('{'); open >= 0; open = format.indexOf('{', open + 1)) {
      int digit = open + 2 < format.length() ? format.charAt(open + 1) - '0' : -1;
      if (digit >= 0 && digit < values.length && format.charAt(open + 2) == '}') {
        text.append(format, from, open).append(values[digit]);
        from = open + 3;
      }
    }
    text.append(format, from, format.length());
    return text.toString();
  }

  private void write(Level level, String message, Throwable thrown) {
    StringBuilder line = new StringBuilder(128);
    line.append(time(Instant.now())).append(' ');
    line.append(level == Level.WARNING ? "WARN" : level.getName());
    line.repeat(' ', Math.max(1, 30 - line.length()));
    line.append(name.startsWith(OURS) ? name.substring(OURS.length()) : name);
    line.append("  ").append(message);
    if (thrown != null) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace, true));
      line.append('\n').append(trace.toString().stripTrailing());
    }
    System.err.println(line);
  }

  /** Always with milliseconds, which Instant leaves out when they are 0. */
  static String time(Instant at) {
    String text = at.truncatedTo(ChronoUnit.MILLIS).toString();
    return text.indexOf('.') > 0 ? text : text.substring(0, text.length() - 1) + ".000Z";
  }
}
