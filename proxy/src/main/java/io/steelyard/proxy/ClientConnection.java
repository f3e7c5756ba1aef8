package io.steelyard.proxy;

import io.steelyard.core.pool.Refusal;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
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
final class ClientConnection implements ConnectionHandler {
  private enum State {
    IDLE,
    HEAD,
    BUSY,
    LINGERING,
    CLOSED
  }

  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private final ClientIdentity who;
  private final HeadReader heads;
  private final ClientPatience patience;

  /** Requests that came before their turn. */
  private final EarlyInput early;

  private State state = State.IDLE;
  private Exchange exchange;

  /** What came behind the last request that is answered was dropped. */
  private boolean dropsFurther;

  private boolean inputEnded;

  /** The client does not take the responses it has: its further requests wait until it does. */
  private boolean outputFull;

  private boolean feeding;

  /** The neighbours in the listener's list of connections. */
  ClientConnection previous;

  ClientConnection following;

  /** Whether a departure waits for its end. */
  boolean awaited;

  ClientConnection(
      ProxyLoop ctx, LoopListener listener, Connection connection, ClientIdentity who) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
    this.who = who;
    this.heads = new HeadReader(ctx);
    this.patience = new ClientPatience(ctx, listener, connection, this);
    this.early = new EarlyInput(connection);
    patience.forFirstRequest();
  }

  Connection connection() {
    return connection;
  }

  LoopListener listener() {
    return listener;
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
      case LINGERING -> {
        b.release();
        patience.forMoreInput();
      }
      case CLOSED -> b.release();
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
    early.add(b);
  }

  /** Works through what has come in until the next response has to be waited for. */
  private void feed(Buffer b) {
    Buffer rest = b;
    feeding = true;
    while (rest != null && readsHeads()) {
      rest = oneHead(rest);
      if (rest == null && readsHeads()) {
        rest = early.poll();
      }
    }
    feeding = false;
    if (rest != null) {
      if (state == State.BUSY || outputFull) {
        early.addFirst(rest);
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
    RequestHead head = listener.requestHead();
    int read = heads.read(b, head);
    if (read == HeadReader.WHOLE) {
      state = State.BUSY;
      patience.forNothing();
      return begin(head, b);
    }
    if (read == HeadReader.NO_MEMORY) {
      refuse(Side.BALANCER, 503, "too many heads are unfinished");
    } else if (read < 0) {
      refuse(Side.CLIENT, -read, OwnAnswer.whyRefused(-read));
    } else if (state == State.IDLE && heads.begun()) {
      state = State.HEAD;
      patience.forHead();
    }
    return null;
  }

  /** Starts the exchange of a request; {@code b} holds what came behind its head. */
  private Buffer begin(RequestHead head, Buffer b) {
    if (exchange == null) {
      exchange = new Exchange(ctx, this);
    }
    exchange.begin(head, ctx.loop().nowNs());
    exchange.closeClient |= ctx.draining() || listener.draining();
    listener.countRequest();
    if (listener.logs()) {
      exchange.log = exchange.logRecord().begin(head, ctx.in(), listener.logsCombined());
    }
    if (head.connect()) {
      // What follows is not for this hop, and may be anything.
      exchange.closeClient = true;
      return refuseExchange(Side.CLIENT, 405, OwnAnswer.NO_CONNECT, b);
    }
    if (head.lastHop()) {
      return refuseExchange(Side.BALANCER, OwnAnswer.lastHop(head), OwnAnswer.LAST_HOP, b);
    }
    LoopRoute route = listener.routes().of(head, ctx.in(), who);
    exchange.route = route;
    if (route.refusal() > 0) {
      return refuseExchange(Side.BALANCER, route.refusal(), route.cause(), b);
    }
    if (route.reply() != null) {
      return reply(route.reply(), head, b);
    }
    exchange.place.to(route, head, who.key());
    byte[][] ownCookies = listener.routes().ownCookies();
    if (ownCookies.length > 0) {
      head.dropCookies(ownCookies);
    }
    if (route.toServer() != null) {
      route.toServer().apply(head, ctx.in());
    }
    if (head.writtenBound(who.forwarding()) > Buffer.CAPACITY) {
      return refuseExchange(Side.CLIENT, 431, "the request's head is too large", b);
    }
    Refusal none = exchange.place.takeFirst();
    if (none != null) {
      return refuseExchange(Side.BALANCER, 503, none.text(), b);
    }
    int written = head.write(ctx.out(), 0, who.forwarding());
    return exchange.start(written, b);
  }

  /** The route answers by itself. */
  private Buffer reply(RouteReply reply, RequestHead head, Buffer b) {
    int refused = reply.refuses(head, ctx.in(), ctx.out());
    if (refused > 0) {
      return refuseExchange(Side.CLIENT, refused, RouteReply.whyRefused(refused), b);
    }
    exchange.dropBody(b);
    boolean requestDone = exchange.requestDone();
    exchange.closeClient |= !requestDone || ctx.draining();
    exchange.end(Side.BALANCER, reply.cause());
    exchange.status = reply.status();
    boolean sent = reply.send(ctx, connection, head, exchange);
    exchange.record();
    if (sent) {
      answered(requestDone);
    } else {
      closeNow(true);
    }
    return requestDone && b.size() > 0 ? b : release(b);
  }

  // ---- what the exchange waits for

  boolean busy() {
    return state == State.BUSY;
  }

  /** More of the request's body has to come. */
  void awaitBody() {
    patience.forBody();
  }

  /** It is not the client that is waited for. */
  void awaitNothing() {
    patience.forNothing();
  }

  /** The client takes less than the server gives. */
  void stalled() {
    patience.forReading();
  }

  @Override
  public void drained() {
    if (state == State.BUSY) {
      patience.hasRead();
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
    patience.end();
    Tunnel tunnel = new Tunnel(ctx, connection, upstream, listener.timeouts().tunnelNs(), lease);
    listener.removed(this);
    while (!early.isEmpty()) {
      Buffer b = early.poll();
      if (lease.log() != null) {
        lease.log().requestBytes += b.size();
      }
      upstream.send(b);
    }
    tunnel.start(inputEnded);
  }

  /** Ready for the next request of this connection. */
  private void next() {
    state = State.IDLE;
    if (inputEnded && early.isEmpty()) {
      closeAfterOutput();
      return;
    }
    outputFull = connection.congested();
    if (outputFull) {
      connection.pauseReading();
      patience.forReading();
      return;
    }
    patience.forNextRequest();
    if (connection.readingPaused() && early.buffers() <= 1) {
      connection.resumeReading();
    }
    if (!feeding && !early.isEmpty()) {
      feed(early.poll());
    }
  }

  // ---- answers of our own

  private Buffer refuseExchange(Side side, int status, String cause, Buffer b) {
    if (exchange.requestDone()) {
      answer(side, status, cause);
      return b.size() > 0 ? b : release(b);
    }
    b.release();
    exchange.closeClient = true;
    answer(side, status, cause);
    return null;
  }

  private static Buffer release(Buffer b) {
    b.release();
    return null;
  }

  /** Answers a request that has an exchange; goes on with the next one where that is possible. */
  void answer(Side side, int status, String cause) {
    boolean requestDone = exchange.requestDone();
    exchange.closeClient |= !requestDone || ctx.draining();
    if (answerExchange(side, status, cause)) {
      answered(requestDone);
    } else {
      closeNow(true);
    }
  }

  /** Whether the answer went out; it is counted and logged in any case. */
  private boolean answerExchange(Side side, int status, String cause) {
    exchange.dropFirst();
    exchange.releaseReplay();
    exchange.end(side, cause);
    exchange.status = status;
    byte[] response = OwnAnswer.to(exchange, listener.routes().ownLines());
    boolean sent = sendOwn(response);
    if (sent) {
      OwnAnswer.sent(exchange, response);
    }
    exchange.record();
    return sent;
  }

  /**
   * Answers what is no valid request, and ends the connection: nobody can tell where the next one
   * begins.
   */
  void refuse(Side side, int status, String cause) {
    heads.drop();
    boolean sent;
    if (exchange != null) {
      exchange.endUpstream();
    }
    if (state == State.BUSY) {
      exchange.closeClient = true;
      sent = answerExchange(side, status, cause);
    } else {
      sent = refuseHead(status, cause);
    }
    if (sent) {
      linger();
    } else {
      closeNow(true);
    }
  }

  private boolean refuseHead(int status, String cause) {
    byte[] id = OwnAnswer.newId(ctx);
    byte[] response = OwnAnswer.toNone(status, cause, id, listener.routes().ownLines());
    boolean sent = sendOwn(response);
    OwnAnswer.record(ctx, this, status, cause, id, sent ? response : null);
    return sent;
  }

  /** Whether there was a buffer for it; without an answer the connection must not go on. */
  private boolean sendOwn(byte[] response) {
    Buffer b = ctx.loop().takeBuffer();
    if (b == null) {
      return false;
    }
    connection.send(Buffers.fill(b, response, response.length));
    return true;
  }

  // ---- ends

  @Override
  public void inputClosed() {
    inputEnded = true;
    switch (state) {
      case IDLE, LINGERING -> closeAfterOutput();
      case HEAD -> refuse(Side.CLIENT, 400, "the client stopped in the middle of a head");
      case BUSY -> {
        if (!exchange.requestDone()) {
          exchange.end(Side.CLIENT, "the client stopped in the middle of the body");
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
      exchange.end(Side.CLIENT, Errno.text(errno));
      exchange.status = exchange.responseStarted ? exchange.status : 499;
      exchange.record();
    }
    closeNow(false);
  }

  /** The request's body does not come on. */
  void bodyStalled() {
    if (exchange.responseStarted) {
      // The server has answered early; its answer is not to suffer for a body that nobody
      // may want, but that may still come.
      patience.forNothing();
    } else {
      exchange.endUpstream();
      answer(Side.CLIENT, 408, "the request's body stalled");
    }
  }

  /** The client takes nothing of what it was sent. */
  void doesNotRead() {
    if (state == State.BUSY) {
      abort(Side.CLIENT, "the client does not read the response");
    } else {
      closeNow(true);
    }
  }

  /** The client's end of input was waited for long enough. */
  void lingered() {
    if (connection.queuedBytes() > 0) {
      // The answer is not out yet: it is given the time that any body has.
      state = State.CLOSED;
      patience.forEnd();
      connection.closeAfterSend();
    } else {
      closeNow(false);
    }
  }

  /** Ends in the middle of a response; a reset tells the client that something is missing. */
  void abort(Side side, String cause) {
    exchange.end(side, cause);
    exchange.record();
    closeNow(true);
  }

  /** Where its client is connected to. */
  SocketAddress localAddress() {
    return connection.localAddress();
  }

  private void noteStop() {
    if (state == State.BUSY) {
      exchange.end(Side.BALANCER, "it stops");
      exchange.status = exchange.responseStarted ? exchange.status : 503;
      exchange.record();
    }
  }

  /** As {@link #stop}, but its client notices in any case. */
  void reset() {
    noteStop();
    closeNow(true);
  }

  /** Closes now: the balancer stops. */
  void stop() {
    noteStop();
    // An answer that has begun, or is not out yet, stays incomplete: a clean end would hide that.
    closeNow((state == State.BUSY && exchange.responseStarted) || connection.queuedBytes() > 0);
  }

  private void finishAndClose() {
    if (dropsFurther || !early.isEmpty()) {
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
      patience.forEndOfInput();
    }
  }

  /** Sends what is queued, then closes. */
  void closeAfterOutput() {
    state = State.CLOSED;
    cleanUp();
    connection.closeAfterSend();
    if (connection.isClosed()) {
      listener.removed(this);
    } else {
      patience.forEnd();
    }
  }

  @Override
  public void closed() {
    patience.end();
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
    patience.end();
    if (reset) {
      connection.abort();
    } else {
      connection.close();
    }
    listener.removed(this);
  }

  /**
   * Draining: closes if nothing is under way. A client that has not been heard yet, or whose next
   * request is there unread, is answered first.
   */
  void closeIfIdle() {
    if (state == State.IDLE && exchange == null) {
      patience.forFirstRequestBriefly();
    } else if (state == State.IDLE && (outputFull || !connection.unread())) {
      closeAfterOutput();
    } else if (exchange != null) {
      exchange.closeClient = true;
    }
  }

  private void cleanUp() {
    patience.end();
    dropInput();
    if (exchange != null) {
      exchange.dropFirst();
      exchange.releaseReplay();
    }
  }

  private void dropInput() {
    heads.drop();
    early.drop();
  }

  LogAddress logAddress() {
    return who.logAddress();
  }

  /** Whom servers are told of before anything else. */
  ProxyHeader ends() {
    return who.ends();
  }
}
