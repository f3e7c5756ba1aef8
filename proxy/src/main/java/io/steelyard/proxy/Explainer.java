package io.steelyard.proxy;

import io.steelyard.core.balance.Keys;
import io.steelyard.core.explain.Bound;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.Forwarding;
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
    long addressKey = Keys.ofAddress(inquiry.client().getAddress());
    return terms.protocol() == Protocol.TCP
        ? connection(addressKey)
        : request(
            inquiry.head().getBytes(StandardCharsets.UTF_8),
            addressKey,
            listener.forwarding(
                new InetSocketAddress(inquiry.client(), 0), terms.tls().isPresent()));
  }

  private Routed connection(long addressKey) {
    LoopPool pool = listener.pool(terms.routes().routes().getFirst().pool());
    Bond bond = new Bond();
    if (pool.sessions() != null) {
      pool.sessions().look(addressKey, bond);
    }
    return routed(0, pool, addressKey, false, bond);
  }

  private Routed request(byte[] bytes, long addressKey, Forwarding forwarding) {
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
    int route =
        terms.routes().match(in, head.hostFrom(), head.hostTo(), head.pathFrom(), head.pathTo());
    if (route == RouteTable.NONE) {
      return Routed.answered(terms, 404, OwnAnswer.NO_ROUTE);
    }
    if (head.writtenBound(forwarding) > Buffer.CAPACITY) {
      return Routed.answered(terms, 431, OwnAnswer.whyRefused(431));
    }
    LoopPool pool = listener.pool(terms.routes().routes().get(route).pool());
    HashKeys hashKeys = pool.hashKeys();
    boolean keyFound = hashKeys != null && hashKeys.find(head);
    long key = hashKeys == null ? addressKey : hashKeys.of(head, in, addressKey);
    Bond bond = new Bond();
    if (pool.sessions() != null) {
      pool.sessions().look(head, in, addressKey, bond);
    }
    return routed(route, pool, key, keyFound, bond);
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
