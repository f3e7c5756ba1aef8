package io.steelyard.proxy;

import io.steelyard.core.route.AccessRule;
import io.steelyard.core.route.Action;
import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.Route;
import io.steelyard.core.route.Treatment;
import io.steelyard.wire.http1.HeadChange;
import io.steelyard.wire.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * A route made ready for a loop's requests. Loop thread only.
 *
 * @param index in the listener's table; negative when it is none of those
 * @param refusal the status of the balancer's own refusal; 0: none
 * @param cause why
 * @param access whose requests it takes; null: everybody's
 * @param reply what the balancer answers by itself; null: servers answer
 * @param pool where requests go; null where {@code reply} or {@code shares} says
 * @param shares of several pools; null without them
 * @param toServer what is done to requests; null: nothing
 * @param toClient what is done to responses; null: nothing
 */
record LoopRoute(
    int index,
    int refusal,
    String cause,
    AccessRule access,
    RouteReply reply,
    LoopPool pool,
    PoolShares shares,
    ToServer toServer,
    HeadChange toClient) {

  static final LoopRoute NOT_FOUND = refused(-1, 404, OwnAnswer.NO_ROUTE);
  private static final String FORBIDDEN = "this client is not served here";

  /** For clients that the listener does not serve. */
  static final LoopRoute DENIED = forbidden(-1);

  private static LoopRoute refused(int index, int status, String cause) {
    return new LoopRoute(index, status, cause, null, null, null, null, null, null);
  }

  /** For clients that the route of this index does not serve. */
  static LoopRoute forbidden(int index) {
    return refused(index, 403, FORBIDDEN);
  }

  /**
   * One of the listener's.
   *
   * @param hsts what all clients of the listener are told; empty: nothing
   */
  static LoopRoute of(int index, Route route, String hsts, LoopPool... pools) {
    Treatment how = route.treatment();
    boolean several = route.action() instanceof Action.Pools(var s) && s.size() > 1;
    boolean one = route.action() instanceof Action.Pools && !several;
    return new LoopRoute(
        index,
        0,
        "",
        how.access().equals(AccessRule.NONE) ? null : how.access(),
        one || several ? null : RouteReply.of(route, HeaderLines.toClient(how.response(), hsts)),
        one ? pools[route.pool()] : null,
        several ? new PoolShares(((Action.Pools) route.action()).shares(), pools) : null,
        ToServer.of(route),
        how.response().equals(HeaderChanges.NONE) && hsts.isEmpty()
            ? null
            : HeaderLines.toClient(how.response(), hsts));
  }

  /** What is done to a request on its way to a server. */
  static final class ToServer {
    /** Null: none is changed. */
    private final HeadChange fields;

    /** Takes the place of the path's beginning; null: the path stays. */
    private final byte[] prefix;

    private final int ownPathBytes;

    private ToServer(HeadChange fields, byte[] prefix, int ownPathBytes) {
      this.fields = fields;
      this.prefix = prefix;
      this.ownPathBytes = ownPathBytes;
    }

    static ToServer of(Route route) {
      HeaderChanges request = route.treatment().request();
      HeadChange fields = request.equals(HeaderChanges.NONE) ? null : HeaderLines.toServer(request);
      byte[] prefix = route.treatment().rewrite().map(ToServer::bare).orElse(null);
      return fields == null && prefix == null
          ? null
          : new ToServer(fields, prefix, route.ownPathBytes());
    }

    /** What goes on behind it begins with a slash. */
    private static byte[] bare(String prefix) {
      String text = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Tells the head that was parsed last. */
    void apply(RequestHead head, byte[] in) {
      if (fields != null) {
        head.change(fields);
      }
      if (prefix != null && isPath(in, head)) {
        head.rewritePath(prefix, head.pathFrom() + ownPathBytes);
      }
    }

    /** {@code OPTIONS *} asks for no path. */
    private static boolean isPath(byte[] in, RequestHead head) {
      return head.pathFrom() == head.pathTo() || in[head.pathFrom()] != '*';
    }
  }
}
