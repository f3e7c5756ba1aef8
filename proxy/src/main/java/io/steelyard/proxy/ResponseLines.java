package io.steelyard.proxy;

import io.steelyard.wire.http1.HeadChange;
import io.steelyard.wire.http1.ResponseHead;

/** What a client is told beside what the server says. Loop thread only. */
final class ResponseLines {
  private ResponseLines() {}

  /**
   * Puts whole lines into {@link ProxyLoop#lines}, and has the head leave out what they replace;
   * how many bytes there are.
   */
  static int of(ProxyLoop ctx, ResponseHead head, Placement place, LoopRoute route) {
    Sessions sessions = place.pool().sessions();
    int n =
        sessions == null
            ? 0
            : sessions.answered(head, ctx.in(), place.bond(), place.index(), ctx.lines());
    HeadChange change = route.toClient();
    if (change == null) {
      return n;
    }
    head.drop(change);
    return change.writeLines(ctx.lines(), n);
  }
}
