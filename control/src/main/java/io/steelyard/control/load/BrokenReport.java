package io.steelyard.control.load;

/** A report that says nothing that is understood. */
final class BrokenReport extends Exception {
  private static final long serialVersionUID = 1;

  private static final int SHOWN_MAX = 60;

  /** {@code what} stands in its place; only its beginning is shown. */
  BrokenReport(String what) {
    super("is broken: " + what.substring(0, Math.min(what.length(), SHOWN_MAX)));
  }
}
