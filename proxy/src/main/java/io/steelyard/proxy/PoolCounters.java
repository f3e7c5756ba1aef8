package io.steelyard.proxy;

import io.steelyard.core.session.StickyResult;

/** What one loop counts of one pool, through all its configurations. Loop thread only. */
final class PoolCounters {
  final Tenure tenure = new Tenure();

  /** Responses to requests for which no server was tried. */
  final ResponseCounts responses = new ResponseCounts();

  /** Whether its requests have sessions. */
  boolean binds;

  /** Requests by what became of their sessions. */
  final ResultCounts<StickyResult> sticky = new ResultCounts<>(StickyResult.class);

  /** What this loop has in flight to its servers. */
  int inFlight;
}
