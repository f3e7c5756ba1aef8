package io.steelyard.proxy;

/** What one loop counts of one server, through all its configurations. Loop thread only. */
final class ServerCounters {
  final Tenure tenure = new Tenure();

  /** Its responses, and the balancer's own after it was tried. */
  final ResponseCounts responses = new ResponseCounts();

  final Histogram connectSeconds = new Histogram();
  final Histogram firstByteSeconds = new Histogram();
  long connects;
  long connectFailures;
  long retries;

  /** Load reports that nothing could be made of. */
  long brokenReports;

  /** Retries that the pool had no budget for. */
  long retriesDenied;

  /** What this loop has in flight to it. */
  int inFlight;
}
