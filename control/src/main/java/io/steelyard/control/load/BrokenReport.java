package io.steelyard.control.load;

import io.steelyard.control.link.Printable;

/** A report that says nothing that is understood. */
final class BrokenReport extends Exception {
  private static final long serialVersionUID = 1;

  private static final int SHOWN_MAX = 60;

  /** {@code what} stands in its place; only its beginning is shown. */
  BrokenReport(String what) {
    super("is broken: " + Printable.of(what, SHOWN_MAX));
  }
}
