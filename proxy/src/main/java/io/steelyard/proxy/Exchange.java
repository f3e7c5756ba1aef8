package io.steelyard.proxy;

import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.TransferHandler;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.RequestIds;
import io.steelyard.wire.http1.ResponseHead;
import io.steelyard.wire.proxyprotocol.ProxyHeader;

/**
 * One request of a client and what becomes of it at a server: relays both heads and bodies. Where
 * it goes, and how often, its {@link Placement} decides. Used again for the next request of its
 * connection.
 *
 * <pre>
 *  begin -> placed -> dispatch -> (connected) -> request sent -> response's head -> its body -> answered
 *              ^                       |              |
 *              +-------- failed -------+--------------+   while nothing of a response has come
 * </pre>
 */
final class Exchange implements TransferHandler {
  private static final int ERRORS_FROM = 400;

  private final ProxyLoop ctx;
  private final ClientConnection client;

  // What the client asked for.
  boolean headMethod;
  boolean idempotent;
  boolean upgrade;
  boolean expectContinue;
  int clientMinor;
  boolean closeClient;
  long startNs;

  private static final String HEAD_TOO_LARGE =
      "the response's head does not fit into a buffer with the fields that the route adds";

  private final RequestBody body = new RequestBody();

  final Placement place;

  /** Null before it was found. */
  LoopRoute route;

  private ServerConnection upstream;

  /** The head, and the part of the body that came with it, until a connection takes it. */
  Buffer first;

  /** The part of the body that came in a buffer of its own, behind a head that did not fit. */
  Buffer firstBody;

  /** Request line, id and the like for the access log; null when nothing is logged. */
  LogRecord log;

  private LogRecord ownLog;

  // What came back.
  boolean responseStarted;
  boolean continued;
  int status;

  /** When the last try began to have a connection of its own. */
  long sentNs;

  /** How long its connect took: 0 on a kept connection, {@link LogRecord#NEVER} without one. */
  long connectNs;

  long firstByteNs;
  long headBytes;
  long responseBytes;
  long requestBytes;
  Side endedBy = Side.NONE;
  String cause;

  /** The request's id: the client's or a made one. */
  byte[] id = new byte[RequestIds.LENGTH];

  int idLength;

  Exchange(ProxyLoop ctx, ClientConnection client) {
    this.ctx = ctx;
    this.client = client;
    this.place = new Placement(ctx, this);
  }

  void begin(RequestHead head, long nowNs) {
    headMethod = head.head();
    idempotent = head.idempotent();
    upgrade = head.upgrade();
    expectContinue = head.expectContinue();
    clientMinor = head.minor();
    closeClient = head.close();
    body.begin(head);
    startNs = nowNs;
    place.clear();
    route = null;
    upstream = null;
    responseStarted = false;
    continued = false;
    status = 0;
    sentNs = 0;
    connectNs = LogRecord.NEVER;
    firstByteNs = 0;
    headBytes = 0;
    responseBytes = 0;
    requestBytes = 0;
    endedBy = Side.NONE;
    cause = null;
    takeId(head);
  }

  private void takeId(RequestHead head) {
    if (head.requestIdTo() - head.requestIdFrom() > id.length) {
      id = new byte[RequestHead.REQUEST_ID_BYTES_MAX];
    }
    idLength = head.copyRequestId(ctx.requestIds(), id, 0);
  }

  /** How it ends; {@code why} is for the log, and for the client when nothing else was sent. */
  void end(Side side, String why) {
    endedBy = side;
    cause = why;
  }

  /** The record that this exchange fills again and again. */
  LogRecord logRecord() {
    if (ownLog == null) {
      ownLog = LogRecord.http();
    }
    return ownLog;
  }

  /** Whether the whole request has been passed on. */
  boolean requestDone() {
    return body.done();
  }

  /** Nobody makes use of the request's body: what has come of it whole is taken off the buffer. */
  void dropBody(Buffer b) {
    int had = b.size();
    body.drop(b);
    requestBytes += had - b.size();
  }

  void dropFirst() {
    if (first != null) {
      first.release();
      first = null;
    }
    if (firstBody != null) {
      firstBody.release();
      firstBody = null;
    }
  }

  Connection clientConnection() {
    return client.connection();
  }

  /** The exchange is over: it is counted and logged. */
  void record() {
    place.over();
    client.listener().count(this);
    if (log != null) {
      log.follow(this, ctx.loop().nowNs());
      log.client = client.logAddress();
      client.listener().log(log);
      log = null;
    }
  }

  /**
   * Puts the head before what came of the body and sends it on its way; returns what belongs to the
   * next request.
   */
  Buffer start(int written, Buffer b) {
    Buffer rest = null;
    int share = body.share(b, ctx.in());
    if (share < 0) {
      b.release();
      client.refuse(Side.CLIENT, 400, "the client's chunked body is malformed");
      return null;
    }
    if (share < b.size()) {
      rest = split(b, share);
    }
    requestBytes += share;
    // Without a body, or with one that came whole together with the head, it can be sent again.
    boolean again = idempotent || place.pool().pool().limits().retriesUnsafe();
    if (again && requestDone() && written + share <= Buffer.CAPACITY) {
      place.retries().keep(ctx.out(), written, b, share);
    }
    if (Buffers.prepend(b, ctx.out(), written)) {
      first = b;
    } else {
      // A head that came in pieces, or grew a lot, gets a buffer of its own.
      Buffer own = ctx.loop().takeBuffer();
      if (own == null) {
        b.release();
        client.refuse(Side.BALANCER, 503, "out of buffers");
        return rest;
      }
      first = Buffers.fill(own, ctx.out(), written);
      if (b.size() > 0) {
        firstBody = b;
      } else {
        b.release();
      }
    }
    place.start();
    return rest;
  }

  /** Cuts the buffer after {@code share} bytes; the rest comes in another one. */
  private Buffer split(Buffer b, int share) {
    Buffer rest = ctx.loop().takeBuffer();
    if (rest == null) {
      // The next request cannot be kept: its connection ends after this one, which the client may
      // repeat it on.
      closeClient = true;
    } else {
      int n = b.size() - share;
      rest.copyFrom(b, b.from() + share, rest.from(), n);
      rest.range(rest.from(), rest.from() + n);
    }
    b.range(b.from(), b.from() + share);
    return rest;
  }

  /** It waits for its turn: nothing more is taken from the client meanwhile. */
  void waits() {
    if (!requestDone()) {
      client.connection().pauseReading();
    }
    client.awaitNothing();
  }

  // ---- at a server

  /** Gives the exchange to the server's idle connection, or a new one. */
  void dispatch(LoopServer server, boolean freshConnection) {
    sentNs = ctx.loop().nowNs();
    connectNs = LogRecord.NEVER;
    ServerConnection s = connection(server, freshConnection);
    upstream = s;
    s.serve(this);
    if (s.connecting()) {
      if (!requestDone()) {
        client.connection().pauseReading();
      }
    } else {
      connectNs = 0;
      sendFirst(s);
    }
  }

  private ServerConnection connection(LoopServer server, boolean fresh) {
    boolean announced = server.announces() != ProxyProtocol.NONE;
    ProxyHeader whom = announced ? client.ends() : null;
    ServerConnection idle = null;
    if (!fresh) {
      idle = announced ? server.takeIdle(whom) : server.takeIdle();
    }
    return idle == null ? server.connect(whom) : idle;
  }

  /** The connection stands: the request goes out. */
  void serverConnected(ServerConnection s) {
    long now = ctx.loop().nowNs();
    connectNs = now - sentNs;
    sentNs = now;
    sendFirst(s);
  }

  private void sendFirst(ServerConnection s) {
    if (!requestDone()) {
      client.connection().resumeReading();
    }
    place.current().sent(ctx.loop().nowNs());
    Buffer head = first;
    Buffer rest = firstBody;
    first = null;
    firstBody = null;
    s.connection().send(head, rest != null);
    if (rest != null) {
      s.connection().send(rest);
    }
    afterRequestBytes(s);
  }

  void requestBody(Buffer b) {
    int share = body.share(b, ctx.in());
    if (share < 0) {
      b.release();
      if (responseStarted) {
        // Nothing else may come into the answer that has begun.
        client.abort(Side.CLIENT, "the client's chunked body is malformed");
        return;
      }
      endUpstream();
      client.refuse(Side.CLIENT, 400, "the client's chunked body is malformed");
      return;
    }
    Buffer rest = share < b.size() ? split(b, share) : null;
    requestBytes += share;
    ServerConnection s = upstream;
    if (first != null) {
      // Not connected yet: this came although reading is paused. It waits its turn behind the first
      // part.
      b.release();
      client.abort(Side.BALANCER, "body bytes before the server's connection stood");
      return;
    }
    s.connection().send(b);
    if (rest != null) {
      client.hold(rest);
    }
    afterRequestBytes(s);
  }

  private void afterRequestBytes(ServerConnection s) {
    if (requestDone()) {
      client.awaitNothing();
      s.awaitResponse();
      return;
    }
    if (expectContinue && !continued && requestBytes == 0) {
      // The client waits for the server's leave to send its body.
      client.awaitNothing();
    } else {
      client.awaitBody();
    }
    s.awaitResponse();
    if (body.left() >= ServerConnection.SPLICE_FROM_BYTES
        && client.connection().transferTo(s.connection(), body.left(), false, this)) {
      return;
    }
    if (s.connection().congested()) {
      // Now it is the server that is slow: its timer watches over that.
      client.connection().pauseReading();
      client.awaitNothing();
    }
  }

  @Override
  public void transferred(long bytes) {
    requestBytes += bytes;
    place.current().carried(bytes, ctx.loop().nowNs());
    client.awaitBody();
    if (upstream != null) {
      upstream.awaitResponse();
    }
  }

  @Override
  public void delivered() {
    client.awaitBody();
    if (upstream != null) {
      upstream.awaitResponse();
    }
  }

  /** It is the server that takes less than the client gives: its timer watches over that. */
  @Override
  public void stalled() {
    client.awaitNothing();
  }

  @Override
  public void transferEnded(long left) {
    if (!client.busy()) {
      return;
    }
    body.left(left);
    if (left == 0) {
      client.awaitNothing();
      if (upstream != null) {
        upstream.awaitResponse();
      }
    }
  }

  /** The server has taken what was queued of the request. */
  void serverDrained() {
    if (client.busy() && !requestDone()) {
      client.connection().resumeReading();
      client.awaitBody();
    }
  }

  /** A 1xx response goes to a client that understands it. */
  void interimResponse(ResponseHead head) {
    if (head.status() == 100) {
      continued = true;
      if (!requestDone()) {
        client.awaitBody();
      }
    }
    if (clientMinor == 0) {
      return;
    }
    Buffer b = ctx.loop().takeBuffer();
    if (b != null) {
      int n = head.write(ctx.out(), 0, 1, false, false);
      client.connection().send(Buffers.fill(b, ctx.out(), n));
    }
  }

  /**
   * The response's head, with what came of its body behind it.
   *
   * @param complete whether that is all of the body
   */
  void responseHead(
      ResponseHead head, Buffer share, boolean untilClose, boolean dechunk, boolean complete) {
    long now = ctx.loop().nowNs();
    responseStarted = true;
    firstByteNs = now;
    place.answered(now);
    LoopServer server = place.server();
    LoadReports reports = place.pool().loadReports();
    if (reports != null) {
      reports.look(head, ctx.in(), server.state(), server.counters(), now);
    }
    status = head.status();
    server.counters().firstByteSeconds.record(now - startNs);
    releaseReplay();
    closeClient |=
        untilClose || cutsRequestOff(complete) || ctx.draining() || (dechunk && clientMinor == 0);
    responseBytes += share.size();
    if (complete) {
      serverThrough();
    }
    int lines = ResponseLines.of(ctx, head, place, route);
    if (lines == 0 && head.unchanged(clientMinor, closeClient, dechunk)) {
      // The head lies right before the body, untouched, in the same buffer, if it came in one
      // piece.
      int length = head.length();
      if (share.from() - length >= Buffer.HEADROOM) {
        headBytes = length;
        share.range(share.from() - length, share.to());
        client.connection().send(share);
        return;
      }
    }
    int written = head.write(ctx.out(), 0, clientMinor, closeClient, dechunk, ctx.lines(), lines);
    headBytes = written;
    if (Buffers.prepend(share, ctx.out(), written)) {
      client.connection().send(share);
      return;
    }
    if (written > Buffer.CAPACITY) {
      share.release();
      client.abort(Side.BALANCER, HEAD_TOO_LARGE);
      return;
    }
    Buffer own = ctx.loop().takeBuffer();
    if (own == null) {
      share.release();
      client.abort(Side.BALANCER, "out of buffers");
      return;
    }
    client.connection().send(Buffers.fill(own, ctx.out(), written), share.size() > 0);
    client.connection().send(share);
  }

  /**
   * Whether the server does without the rest of the request's body: it has answered, or refuses.
   * The client is told that the connection ends, for what still comes would be taken for the next
   * request.
   */
  private boolean cutsRequestOff(boolean complete) {
    boolean unasked = expectContinue && !continued;
    return !requestDone() && (complete || unasked || status >= ERRORS_FROM);
  }

  /**
   * The server has answered in full: its place is given back before the client gets the end of the
   * answer. Who has it may come again at once, on another loop, and would find the server full. A
   * body that goes through the kernel is with the client before anybody knows.
   */
  private void serverThrough() {
    place.current().done(status, ctx.loop().nowNs());
  }

  /**
   * More of the response's body.
   *
   * @param complete whether that is the rest of it
   */
  void responseBody(Buffer b, boolean complete) {
    responseBytes(b.size());
    if (complete) {
      serverThrough();
    }
    client.connection().send(b);
  }

  void responseBytes(long n) {
    responseBytes += n;
    place.current().carried(n, ctx.loop().nowNs());
  }

  /** The client takes less than the server gives. */
  void clientStalled() {
    client.stalled();
  }

  /** It does take them, after all. */
  void clientTakes() {
    client.awaitNothing();
  }

  /** The client has taken what was queued of the response. */
  void clientDrained() {
    if (upstream != null) {
      upstream.resume();
    }
  }

  /** The response is complete. */
  void responseDone(ServerConnection s) {
    boolean requestDone = requestDone();
    s.finish(requestDone);
    upstream = null;
    serverThrough();
    record();
    client.answered(requestDone);
  }

  /** A server's connection broke or timed out; the exchange goes on elsewhere if that is safe. */
  void serverFailed(ServerConnection s, Failure how, String why) {
    boolean used = s.used();
    s.close();
    upstream = null;
    if (responseStarted) {
      place.failed(how);
      dropFirst();
      client.abort(Side.SERVER, why);
    } else if (!place.failed(how, why, used && how == Failure.CLOSED)) {
      client.answer(how.side(), how.status(), why);
    }
  }

  void answer(Side side, int answerStatus, String why) {
    client.answer(side, answerStatus, why);
  }

  /** Puts the request together again as it was first sent; false without a buffer. */
  boolean prepareAgain() {
    if (first == null) {
      first = place.requestAgain();
    }
    return first != null;
  }

  /**
   * Whether its server is no longer what it was chosen as, and it may still go to another one. In
   * panic, or before a first verdict, servers are chosen that are not up: that is no news.
   */
  boolean serverWentDown() {
    return !responseStarted && place.retries().kept() && place.current().wentDown();
  }

  /** The server goes on in another protocol: from here on bytes are only carried. */
  void upgraded(ResponseHead head, Buffer rest, ServerConnection s) {
    if (!upgrade) {
      rest.release();
      serverFailed(s, Failure.BAD_RESPONSE, "the server switches protocols unasked");
      return;
    }
    responseStarted = true;
    status = 101;
    firstByteNs = ctx.loop().nowNs();
    releaseReplay();
    int lines = ResponseLines.of(ctx, head, place, route);
    int written = head.write(ctx.out(), 0, 1, false, false, ctx.lines(), lines);
    if (written > Buffer.CAPACITY) {
      rest.release();
      client.abort(Side.BALANCER, HEAD_TOO_LARGE);
      return;
    }
    Buffer own = ctx.loop().takeBuffer();
    if (own == null) {
      rest.release();
      client.abort(Side.BALANCER, "out of buffers");
      return;
    }
    headBytes = written;
    responseBytes = rest.size();
    client.connection().send(Buffers.fill(own, ctx.out(), written), rest.size() > 0);
    client.connection().send(rest);
    upstream = null;
    place.current().works();
    place.over();
    client.listener().count(this);
    if (log != null) {
      // Its line is written when the tunnel ends.
      log.follow(this, ctx.loop().nowNs());
      log.client = client.logAddress();
    }
    client.becomeTunnel(
        s.release(), new Tunnel.Lease(ctx, client.listener(), place.current(), log));
  }

  void endUpstream() {
    if (upstream != null) {
      upstream.close();
      upstream = null;
    }
    place.cancel();
  }

  void releaseReplay() {
    place.retries().forget();
  }
}
