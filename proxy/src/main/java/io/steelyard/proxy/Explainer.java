package io.steelyard.proxy;

import io.steelyard.core.balance.Keys;
import io.steelyard.core.explain.Bound;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.RequestHead;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Says what a loop makes of a request that nobody has sent, with what it would use if somebody had;
 * nothing is taken, noted or counted. Loop thread only.
 */
final class Explainer {
  /** The parser may read whole words. */
  private static final int PADDING = 64;

  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Listener terms;

  Explainer(ProxyLoop ctx, LoopListener listener, Listener terms) {
    this.ctx = ctx;
    this.listener = listener;
    this.terms = terms;
  }

  Routed explain(Inquiry inquiry) {
    return terms.protocol() == Protocol.TCP
        ? connection(listener.onlyPool(), Keys.ofAddress(inquiry.client().getAddress()))
        : request(
            inquiry.head().getBytes(StandardCharsets.UTF_8),
            ClientIdentity.imagined(
                listener, new InetSocketAddress(inquiry.client(), 0), terms.tls().isPresent()));
  }

  /** The same for a client of a listener that has but one pool. */
  static Routed connection(ProxyLoop ctx, Listener terms, LoopPool pool, Inquiry inquiry) {
    return new Explainer(ctx, null, terms)
        .connection(pool, Keys.ofAddress(inquiry.client().getAddress()));
  }

  private Routed connection(LoopPool pool, long addressKey) {
    Bond bond = new Bond();
    if (pool.sessions() != null) {
      pool.sessions().look(addressKey, bond);
    }
    return routed(0, pool, addressKey, false, bond);
  }

  private Routed request(byte[] bytes, ClientIdentity who) {
    byte[] in = Arrays.copyOf(bytes, bytes.length + PADDING);
    RequestHead head = listener.requestHead();
    int read = head.parse(in, 0, bytes.length);
    if (read <= 0) {
      int status = read == 0 ? 400 : -read;
      return Routed.answered(terms, status, OwnAnswer.whyRefused(status));
    }
    if (head.connect()) {
      return Routed.answered(terms, 405, OwnAnswer.NO_CONNECT);
    }
    if (head.lastHop()) {
      return Routed.answered(terms, OwnAnswer.lastHop(head), OwnAnswer.LAST_HOP);
    }
    LoopRoute route = listener.routes().of(head, in, who);
    if (route.refusal() > 0) {
      return Routed.answered(terms, route.refusal(), route.cause(), route.index());
    }
    if (route.reply() != null) {
      return replied(route, head, in);
    }
    if (route.toServer() != null) {
      route.toServer().apply(head, in);
    }
    if (head.writtenBound(who.forwarding()) > Buffer.CAPACITY) {
      return Routed.answered(terms, 431, OwnAnswer.whyRefused(431));
    }
    Bond bond = new Bond();
    LoopPool pool = pool(route, head, in, who.key(), bond);
    HashKeys hashKeys = pool.hashKeys();
    boolean keyFound = hashKeys != null && hashKeys.find(head);
    long key = hashKeys == null ? who.key() : hashKeys.of(head, in, who.key());
    if (pool.sessions() != null) {
      pool.sessions().look(head, in, who.key(), bond);
    }
    return routed(route.index(), pool, key, keyFound, bond);
  }

  /** Of several pools the one where its session is, or else the likeliest. */
  private static LoopPool pool(
      LoopRoute route, RequestHead head, byte[] in, long addressKey, Bond scratch) {
    if (route.shares() == null) {
      return route.pool();
    }
    LoopPool home = route.shares().home(head, in, addressKey, scratch);
    return home == null ? route.shares().likeliest() : home;
  }

  private Routed replied(LoopRoute route, RequestHead head, byte[] in) {
    RouteReply reply = route.reply();
    int refused = reply.refuses(head, in, ctx.out());
    if (refused > 0) {
      return Routed.answered(terms, refused, RouteReply.whyRefused(refused), route.index());
    }
    String to = reply.leadsTo(head, in, ctx.out());
    return Routed.answered(
        terms, reply.status(), reply.cause() + (to.isEmpty() ? "" : " to " + to), route.index());
  }

  private Routed routed(int route, LoopPool pool, long key, boolean keyFound, Bond bond) {
    Bound bound =
        new Bound(
            bond.keyed || bond.exists || bond.flaw != null,
            bond.exists,
            bond.session,
            Optional.ofNullable(bond.home),
            bond.flaw == null ? "" : bond.flaw.label(),
            ctx.lookups().wanted(bond));
    return new Routed(terms, 0, "", route, Optional.of(pool.pool()), key, keyFound, bound);
  }
}
