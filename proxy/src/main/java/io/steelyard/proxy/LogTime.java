package io.steelyard.proxy;

import java.time.LocalDate;

/** Writes points in time, in UTC, and remembers the day. */
final class LogTime {
  private static final long DAY_MS = 86_400_000;
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  private long day = -1;
  private int year;
  private int month;
  private int dayOfMonth;

  private void day(long epochMs) {
    long d = Math.floorDiv(epochMs, DAY_MS);
    if (d != day) {
      day = d;
      LocalDate date = LocalDate.ofEpochDay(d);
      year = date.getYear();
      month = date.getMonthValue();
      dayOfMonth = date.getDayOfMonth();
    }
  }

  /** {@code 2026-02-06T12:14:14.655Z}. */
  void iso(Line line, long epochMs) {
    day(epochMs);
    line.number(year).raw("-").twoDigits(month).raw("-").twoDigits(dayOfMonth).raw("T");
    time(line, epochMs);
    line.raw(".").millis((int) Math.floorMod(epochMs, 1000L)).raw("Z");
  }

  /** {@code 06/Feb/2026:12:14:14}. */
  Line common(Line line, long epochMs) {
    day(epochMs);
    line.twoDigits(dayOfMonth).raw("/").raw(MONTHS[month - 1]).raw("/").number(year).raw(":");
    time(line, epochMs);
    return line;
  }

  private static void time(Line line, long epochMs) {
    int s = (int) (Math.floorMod(epochMs, DAY_MS) / 1000);
    line.twoDigits(s / 3600).raw(":").twoDigits(s / 60 % 60).raw(":").twoDigits(s % 60);
  }
}
