package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Keys;
import io.steelyard.core.route.RouteTable;
import io.steelyard.net.Buffer;
import io.steelyard.net.BufferQueue;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Timer;
import io.steelyard.wire.http1.Forwarding;
import io.steelyard.wire.http1.Http1;
import io.steelyard.wire.http1.RequestHead;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A client's HTTP/1 connection: its requests one after the other, each with the exchange that
 * answers it.
 *
 * <pre>
 *        first byte          whole head                  response and request done
 *  IDLE -----------> HEAD -----------------> BUSY ------------------------------------> IDLE (or HEAD: pipelined)
 *    |                |                       |  \-- 101 --> TUNNEL (another handler's)
 *    | time-out       | 400, 408, 431         | the last response is sent
 *    v                v                       v
 *  CLOSED <------- LINGERING (output ended; what still comes in is dropped, for a while) <---
 * </pre>
 */
final class ClientConnection extends Timer implements ConnectionHandler {
  /** What is shown to the parser at first: most heads are shorter. */
  private static final int FIRST_LOOK_BYTES = 2048;

  private static final long LINGER_NS = 2_000_000_000L;

  private static final int NOT_LOOKED = -1;

  private enum State {
    IDLE,
    HEAD,
    BUSY,
    LINGERING,
    CLOSED
  }

  /** What the client is waited for, when the timer runs. */
  private enum Awaiting {
    NOTHING,
    REQUEST,
    HEAD,
    BODY,
    READING,
    END
  }

  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private State state = State.IDLE;
  private Awaiting awaiting = Awaiting.NOTHING;
  private Forwarding forwarding;
  private long key;
  private Exchange exchange;

  /** What has come of a head that is not whole; null before the first such. */
  private PartialHead partial;

  /** Requests that came before their turn. */
  private BufferQueue pending;

  /** What came behind the last request that is answered was dropped. */
  private boolean dropsFurther;

  private boolean inputEnded;

  /** The client does not take the responses it has: its further requests wait until it does. */
  private boolean outputFull;

  private boolean feeding;

  /** What the client had not taken at the last look; {@link #NOT_LOOKED} before the first. */
  private int unsentBefore;

  /** The neighbours in the listener's list of connections. */
  ClientConnection previous;

  ClientConnection following;

  ClientConnection(ProxyLoop ctx, LoopListener listener, Connection connection) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
    await(Awaiting.REQUEST, listener.timeouts().headNs());
  }

  Connection connection() {
    return connection;
  }

  LoopListener listener() {
    return listener;
  }

  private void await(Awaiting what, long ns) {
    awaiting = what;
    ctx.loop().schedule(this, ctx.loop().nowNs() + ns);
  }

  /** Waits for the client to take what it was sent: looks soon, then whenever time is up. */
  private void awaitTaking(Awaiting what) {
    unsentBefore = NOT_LOOKED;
    await(what, listener.timeouts().bodyNs() / 8);
  }

  /** Whether it has taken anything since the last look, or this is the first; it is waited on. */
  private boolean takes() {
    int unsent = connection.unsentBytes();
    if (unsent == unsentBefore) {
      return false;
    }
    unsentBefore = unsent;
    await(awaiting, listener.timeouts().bodyNs());
    return true;
  }

  // ---- the client speaks

  @Override
  public void connected() {
    throw new IllegalStateException("a client's connection is made when it is accepted");
  }

  @Override
  public void received(Buffer b) {
    switch (state) {
      case IDLE, HEAD -> {
        if (outputFull) {
          hold(b);
        } else {
          feed(b);
        }
      }
      case BUSY -> {
        if (exchange.requestDone()) {
          hold(b);
        } else {
          exchange.requestBody(b);
        }
      }
      case LINGERING, CLOSED -> b.release();
    }
  }

  /** The next request came before this one is answered: it waits, and no more is read. */
  void hold(Buffer b) {
    if (state == State.BUSY && (dropsFurther || ctx.loop().buffers().scarce())) {
      // Who pipelines may have to ask again (RFC 9112 9.3.2); others need the buffers now.
      dropsFurther = true;
      exchange.closeClient = true;
      b.release();
      return;
    }
    if (pending == null) {
      pending = new BufferQueue();
    }
    pending.add(b);
    connection.pauseReading();
  }

  /** As {@link #hold}, before what is held already. */
  private void holdFirst(Buffer b) {
    if (pending == null) {
      pending = new BufferQueue();
    }
    pending.addFirst(b);
    connection.pauseReading();
  }

  /** Works through what has come in until the next response has to be waited for. */
  private void feed(Buffer b) {
    Buffer rest = b;
    feeding = true;
    while (rest != null && readsHeads()) {
      rest = oneHead(rest);
      if (rest == null && pending != null && readsHeads()) {
        rest = pending.poll();
      }
    }
    feeding = false;
    if (rest != null) {
      if (state == State.BUSY || outputFull) {
        holdFirst(rest);
      } else {
        rest.release();
      }
    }
  }

  private boolean readsHeads() {
    return (state == State.IDLE || state == State.HEAD) && !outputFull;
  }

  /**
   * Reads a request's head and starts its exchange; returns what follows the request in the buffer,
   * or null.
   */
  private Buffer oneHead(Buffer b) {
    byte[] in = ctx.in();
    RequestHead head = listener.requestHead();
    int have = partial == null ? 0 : partial.size();
    if (have > 0) {
      if (have + b.size() < head.bytesMax() && !PartialHead.endsLine(b)) {
        keepPartial(b);
        return null;
      }
      partial.copyTo(in);
    }
    int all = Math.min(b.size(), in.length - have);
    int shown = have == 0 ? Math.min(all, FIRST_LOOK_BYTES) : all;
    b.copyTo(b.from(), in, have, shown);
    int length = head.parse(in, 0, have + shown);
    if (length == 0 && shown < all) {
      b.copyTo(b.from() + shown, in, have + shown, all - shown);
      length = head.parse(in, 0, have + all);
    }
    if (length == 0) {
      keepPartial(b);
      return null;
    }
    if (length < 0) {
      b.release();
      refuse(-length, "the request's head is malformed or too large");
      return null;
    }
    b.skip(length - have);
    dropPartial();
    state = State.BUSY;
    awaiting = Awaiting.NOTHING;
    return begin(head, b);
  }

  private void dropPartial() {
    if (partial != null) {
      partial.drop();
    }
  }

  private void keepPartial(Buffer b) {
    if (partial == null) {
      partial = new PartialHead(ctx.partialBytes());
    }
    if (!partial.add(b)) {
      refuse(503, "too many heads are unfinished");
    } else if (state == State.IDLE && partial.begun()) {
      state = State.HEAD;
      await(Awaiting.HEAD, listener.timeouts().headNs());
    }
  }

  /** Starts the exchange of a request; {@code b} holds what came behind its head. */
  private Buffer begin(RequestHead head, Buffer b) {
    if (exchange == null) {
      exchange = new Exchange(ctx, this);
    }
    exchange.begin(head, ctx.loop().nowNs());
    exchange.closeClient |= ctx.draining() || listener.draining();
    exchange.key = key();
    listener.countRequest();
    if (listener.logs()) {
      exchange.log = exchange.logRecord().begin(head, ctx.in());
    }
    if (head.connect()) {
      return refuseExchange(405, "CONNECT is not for a reverse proxy", b);
    }
    int pool =
        listener
            .routes()
            .route(ctx.in(), head.hostFrom(), head.hostTo(), head.pathFrom(), head.pathTo());
    if (pool == RouteTable.NONE) {
      return refuseExchange(404, "no route matches this request", b);
    }
    exchange.pool = listener.pool(pool);
    int index = exchange.pick();
    if (index == Balancer.NONE) {
      return refuseExchange(503, exchange.pool.whyNone(), b);
    }
    if (head.writtenBound(forwarding()) > Buffer.CAPACITY) {
      return refuseExchange(431, "the request's head is too large", b);
    }
    int written = head.write(ctx.out(), 0, forwarding());
    if (exchange.log != null) {
      exchange.log.requestId(head);
    }
    return exchange.start(index, written, b);
  }

  // ---- what the exchange waits for

  boolean busy() {
    return state == State.BUSY;
  }

  /** More of the request's body has to come. */
  void awaitBody() {
    await(Awaiting.BODY, listener.timeouts().bodyNs());
  }

  /** It is not the client that is waited for. */
  void awaitNothing() {
    awaiting = Awaiting.NOTHING;
  }

  /** The client takes less than the server gives. */
  void stalled() {
    awaitTaking(Awaiting.READING);
  }

  @Override
  public void drained() {
    if (state == State.BUSY) {
      if (awaiting == Awaiting.READING) {
        awaiting = Awaiting.NOTHING;
      }
      exchange.clientDrained();
    } else if (outputFull && state == State.IDLE) {
      next();
    }
  }

  /** The response is complete; {@code requestDone} tells whether the request was, too. */
  void answered(boolean requestDone) {
    if (!requestDone) {
      // The server did not want the rest of the request; the client is still sending it.
      linger();
    } else if (exchange.closeClient) {
      finishAndClose();
    } else {
      next();
    }
  }

  /** Bytes are only carried from here on: the connection is the tunnel's. */
  void becomeTunnel(Connection upstream, Tunnel.Lease lease) {
    state = State.CLOSED;
    ctx.loop().cancel(this);
    Tunnel tunnel = new Tunnel(ctx, connection, upstream, listener.timeouts().tunnelNs(), lease);
    listener.removed(this);
    while (pending != null && !pending.isEmpty()) {
      upstream.send(pending.poll());
    }
    tunnel.start(inputEnded);
  }

  /** Ready for the next request of this connection. */
  private void next() {
    state = State.IDLE;
    if (inputEnded && (pending == null || pending.isEmpty())) {
      closeAfterOutput();
      return;
    }
    outputFull = connection.congested();
    if (outputFull) {
      connection.pauseReading();
      awaitTaking(Awaiting.READING);
      return;
    }
    await(Awaiting.REQUEST, listener.timeouts().idleNs());
    if (connection.readingPaused() && (pending == null || pending.buffers() <= 1)) {
      connection.resumeReading();
    }
    if (!feeding && pending != null && !pending.isEmpty()) {
      feed(pending.poll());
    }
  }

  // ---- answers of our own

  private Buffer refuseExchange(int status, String cause, Buffer b) {
    if (exchange.requestDone()) {
      answer(status, cause);
      return b.size() > 0 ? b : release(b);
    }
    b.release();
    exchange.closeClient = true;
    answer(status, cause);
    return null;
  }

  private static Buffer release(Buffer b) {
    b.release();
    return null;
  }

  /** Answers a request that has an exchange; goes on with the next one where that is possible. */
  void answer(int status, String cause) {
    exchange.dropFirst();
    exchange.releaseReplay();
    exchange.cause = cause;
    exchange.status = status;
    boolean requestDone = exchange.requestDone();
    exchange.closeClient |= !requestDone || ctx.draining();
    boolean sent = sendOwn(status, cause, exchange.closeClient, exchange.headMethod);
    listener.countOwn(status);
    exchange.record();
    if (sent) {
      answered(requestDone);
    } else {
      closeNow(true);
    }
  }

  /**
   * Answers what is no valid request, and ends the connection: nobody can tell where the next one
   * begins.
   */
  void refuse(int status, String cause) {
    dropPartial();
    if (exchange != null) {
      exchange.dropFirst();
      exchange.releaseReplay();
    }
    listener.countOwn(status);
    listener.logRefused(status, cause, clientAddress());
    if (sendOwn(status, cause, true, false)) {
      linger();
    } else {
      closeNow(true);
    }
  }

  /** Whether there was a buffer for it; without an answer the connection must not go on. */
  private boolean sendOwn(int status, String cause, boolean close, boolean toHead) {
    Buffer b = ctx.loop().takeBuffer();
    if (b == null) {
      return false;
    }
    byte[] response =
        toHead
            ? Http1.errorResponseToHead(status, cause, close)
            : Http1.errorResponse(status, cause, close);
    connection.send(Buffers.fill(b, response, response.length));
    return true;
  }

  // ---- ends

  @Override
  public void inputClosed() {
    inputEnded = true;
    switch (state) {
      case IDLE, LINGERING -> closeAfterOutput();
      case HEAD -> refuse(400, "the client stopped in the middle of a head");
      case BUSY -> {
        if (!exchange.requestDone()) {
          exchange.cause = "the client stopped in the middle of the body";
          exchange.status = exchange.responseStarted ? exchange.status : 400;
          exchange.record();
          // An answer that has begun stays incomplete: the reset says so.
          closeNow(exchange.responseStarted);
        }
      }
      case CLOSED -> {}
    }
  }

  @Override
  public void failed(int errno) {
    if (state == State.BUSY) {
      exchange.cause = "client: " + Errno.text(errno);
      exchange.status = exchange.responseStarted ? exchange.status : 499;
      exchange.record();
    }
    closeNow(false);
  }

  @Override
  protected void expired(long nowNs) {
    switch (awaiting) {
      case NOTHING -> {}
      case REQUEST -> closeAfterOutput();
      case END -> {
        if (state == State.LINGERING && connection.queuedBytes() > 0) {
          // The answer is not out yet: it is given the time that any body has.
          state = State.CLOSED;
          awaitTaking(Awaiting.END);
          connection.closeAfterSend();
        } else if (state == State.LINGERING) {
          closeNow(false);
        } else if (!takes()) {
          // What is queued is lost: a clean end would hide that.
          closeNow(true);
        }
      }
      case HEAD -> refuse(408, "the request's head did not come in time");
      case BODY -> {
        if (exchange.responseStarted) {
          // The server has answered early; its answer is not to suffer for a body that nobody
          // wants.
          connection.pauseReading();
        } else {
          exchange.cause = "the request's body stalled";
          exchange.endUpstream();
          answer(408, exchange.cause);
        }
      }
      case READING -> {
        if (takes()) {
          return;
        }
        if (state == State.BUSY) {
          abort("the client does not read the response");
        } else {
          closeNow(true);
        }
      }
    }
  }

  /** Ends in the middle of a response; a reset tells the client that something is missing. */
  void abort(String cause) {
    exchange.cause = cause;
    exchange.record();
    closeNow(true);
  }

  private void finishAndClose() {
    if (dropsFurther || (pending != null && !pending.isEmpty())) {
      linger();
      return;
    }
    closeAfterOutput();
  }

  /**
   * Ends the output and drops what still comes in, until the client has seen the end: closing at
   * once would reset the connection and could take the response with it (RFC 9112 9.6).
   */
  private void linger() {
    state = State.LINGERING;
    dropInput();
    connection.resumeReading();
    connection.shutdownOutput();
    if (inputEnded) {
      closeAfterOutput();
    } else {
      await(Awaiting.END, LINGER_NS);
    }
  }

  private void closeAfterOutput() {
    state = State.CLOSED;
    cleanUp();
    connection.closeAfterSend();
    if (connection.isClosed()) {
      listener.removed(this);
    } else {
      awaitTaking(Awaiting.END);
    }
  }

  @Override
  public void closed() {
    ctx.loop().cancel(this);
    listener.removed(this);
  }

  void closeNow(boolean reset) {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      if (exchange != null) {
        exchange.endUpstream();
      }
      cleanUp();
    }
    ctx.loop().cancel(this);
    if (reset) {
      connection.abort();
    } else {
      connection.close();
    }
    listener.removed(this);
  }

  /** Closes if nothing is under way: draining. */
  void closeIfIdle() {
    if (state == State.IDLE) {
      closeAfterOutput();
    } else if (exchange != null) {
      exchange.closeClient = true;
    }
  }

  private void cleanUp() {
    ctx.loop().cancel(this);
    dropInput();
    if (exchange != null) {
      exchange.dropFirst();
      exchange.releaseReplay();
    }
  }

  private void dropInput() {
    dropPartial();
    if (pending != null) {
      pending.clear();
    }
  }

  // ---- who the client is

  SocketAddress clientAddress() {
    return connection.remoteAddress();
  }

  private long key() {
    if (forwarding == null) {
      forwarding();
    }
    return key;
  }

  private Forwarding forwarding() {
    if (forwarding == null) {
      SocketAddress a = clientAddress();
      key =
          a instanceof InetSocketAddress inet ? Keys.ofAddress(inet.getAddress().getAddress()) : 0;
      forwarding = listener.forwarding(a);
    }
    return forwarding;
  }
}
