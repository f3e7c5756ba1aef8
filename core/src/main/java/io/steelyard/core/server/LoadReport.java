package io.steelyard.core.server;

/**
 * What a server said of its own load.
 *
 * @param load 0 idle, 1 full; above 1 overloaded; negative only where nothing was said
 * @param untilNs on the clock of the loops: later than that it says nothing any more
 */
public record LoadReport(double load, long untilNs) {
  /** It has said nothing. */
  public static final LoadReport NONE = new LoadReport(-1, 0);

  /** The load at {@code nowNs}; negative when there is no fresh report. */
  public double at(long nowNs) {
    return load < 0 || nowNs - untilNs > 0 ? -1 : load;
  }
}
