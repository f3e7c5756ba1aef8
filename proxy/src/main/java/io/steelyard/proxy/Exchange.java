package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.TransferHandler;
import io.steelyard.wire.http1.ChunkedBody;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.ResponseHead;

/**
 * One request of a client and what becomes of it at a server: chooses, relays both bodies, tries
 * again where that is safe. Used again for the next request of its connection.
 *
 * <pre>
 *  begin -> pick -> dispatch -> (connected) -> request sent -> response's head -> its body -> answered
 *             ^                      |              |
 *             +------ retry ---------+--------------+   while nothing of a response has come
 * </pre>
 */
final class Exchange implements TransferHandler {
  /** The body goes on until its framing says so. */
  static final long CHUNKED = -1;

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

  /** Body bytes still to come from the client; {@link #CHUNKED}; 0 when all has been passed on. */
  long requestLeft;

  boolean hasBody;
  ChunkedBody requestChunks;

  // Where it goes.
  LoopPool pool;
  final LoopPool.Tried tried = new LoopPool.Tried();
  long key;
  int attempts;

  /** Those of the attempts that a kept connection was too old for. */
  int agedTries;

  int serverIndex;
  LoopServer server;
  ServerConnection upstream;
  boolean leased;

  /** The head, and the part of the body that came with it, until a connection takes it. */
  Buffer first;

  /** The part of the body that came in a buffer of its own, behind a head that did not fit. */
  Buffer firstBody;

  /** The head as it was sent, for another try; null when there must be none. */
  byte[] replay;

  int replayLength;

  /** Request line, id and the like for the access log; null when nothing is logged. */
  LogRecord log;

  private LogRecord ownLog;

  // What came back.
  boolean responseStarted;
  boolean continued;
  int status;
  long connectedNs;
  long firstByteNs;
  long responseBytes;
  long requestBytes;
  String cause;

  Exchange(ProxyLoop ctx, ClientConnection client) {
    this.ctx = ctx;
    this.client = client;
  }

  void begin(RequestHead head, long nowNs) {
    headMethod = head.head();
    idempotent = head.idempotent();
    upgrade = head.upgrade();
    expectContinue = head.expectContinue();
    clientMinor = head.minor();
    closeClient = head.close();
    hasBody = head.hasBody();
    requestLeft = head.contentLength();
    if (requestLeft == CHUNKED) {
      if (requestChunks == null) {
        requestChunks = new ChunkedBody();
      }
      requestChunks.reset();
    }
    startNs = nowNs;
    pool = null;
    tried.clear();
    attempts = 0;
    agedTries = 0;
    server = null;
    upstream = null;
    responseStarted = false;
    continued = false;
    status = 0;
    connectedNs = 0;
    firstByteNs = 0;
    responseBytes = 0;
    requestBytes = 0;
    cause = null;
  }

  /** The record that this exchange fills again and again. */
  LogRecord logRecord() {
    if (ownLog == null) {
      ownLog = new LogRecord();
    }
    return ownLog;
  }

  /** Whether the whole request has been passed on. */
  boolean requestDone() {
    return requestLeft == 0;
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
    client.listener().record(this, client);
    log = null;
  }

  /**
   * Puts the head before what came of the body and sends it on its way; returns what belongs to the
   * next request.
   */
  Buffer start(int index, int written, Buffer b) {
    Buffer rest = null;
    int share = requestShare(b);
    if (share < 0) {
      b.release();
      client.refuse(400, "the chunked body is malformed");
      return null;
    }
    if (share < b.size()) {
      rest = split(b, share);
    }
    requestBytes += share;
    if (idempotent && !hasBody) {
      replay = ctx.takeBytes(written);
      replayLength = written;
      System.arraycopy(ctx.out(), 0, replay, 0, written);
    }
    if (Buffers.prepend(b, ctx.out(), written)) {
      first = b;
    } else {
      // A head that came in pieces, or grew a lot, gets a buffer of its own.
      Buffer own = ctx.loop().takeBuffer();
      if (own == null) {
        b.release();
        client.refuse(503, "out of buffers");
        return rest;
      }
      first = Buffers.fill(own, ctx.out(), written);
      if (b.size() > 0) {
        firstBody = b;
      } else {
        b.release();
      }
    }
    dispatch(index, false);
    return rest;
  }

  /** The bytes of the buffer that belong to the request's body; -1 when they are malformed. */
  private int requestShare(Buffer b) {
    if (requestLeft == 0) {
      return 0;
    }
    if (requestLeft > 0) {
      int share = (int) Math.min(b.size(), requestLeft);
      requestLeft -= share;
      return share;
    }
    int end = Chunks.scan(requestChunks, b, ctx.in());
    if (end < 0) {
      return -1;
    }
    if (requestChunks.done()) {
      requestLeft = 0;
    }
    return end - b.from();
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

  int pick() {
    return pool.pick(key, tried);
  }

  /** Gives the exchange to a server's idle connection, or a new one. */
  private void dispatch(int index, boolean freshConnection) {
    server = pool.server(index);
    serverIndex = index;
    attempts++;
    server.state().acquire(ctx.index());
    leased = true;
    ServerConnection s = freshConnection ? null : server.takeIdle();
    if (s == null) {
      s = server.connect();
    }
    upstream = s;
    s.serve(this);
    if (s.connecting()) {
      if (!requestDone()) {
        client.connection().pauseReading();
      }
    } else {
      sendFirst(s);
    }
  }

  /** The connection stands: the request goes out. */
  void serverConnected(ServerConnection s) {
    connectedNs = ctx.loop().nowNs();
    sendFirst(s);
  }

  private void sendFirst(ServerConnection s) {
    if (!requestDone()) {
      client.connection().resumeReading();
    }
    Buffer head = first;
    Buffer body = firstBody;
    first = null;
    firstBody = null;
    s.connection().send(head, body != null);
    if (body != null) {
      s.connection().send(body);
    }
    afterRequestBytes(s);
  }

  void requestBody(Buffer b) {
    int share = requestShare(b);
    if (share < 0) {
      b.release();
      if (responseStarted) {
        // Nothing else may come into the answer that has begun.
        client.abort("the chunked body is malformed");
        return;
      }
      endUpstream();
      client.refuse(400, "the chunked body is malformed");
      return;
    }
    Buffer rest = share < b.size() ? split(b, share) : null;
    requestBytes += share;
    ServerConnection s = upstream;
    if (first != null) {
      // Not connected yet: this came although reading is paused. It waits its turn behind the first
      // part.
      b.release();
      client.abort("body bytes before the connection stood");
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
    client.awaitBody();
    s.awaitResponse();
    if (requestLeft >= ServerConnection.SPLICE_FROM_BYTES
        && client.connection().transferTo(s.connection(), requestLeft, false, this)) {
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

  @Override
  public void transferEnded(long left) {
    if (!client.busy()) {
      return;
    }
    requestLeft = left;
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
    continued |= head.status() == 100;
    if (clientMinor == 0) {
      return;
    }
    Buffer b = ctx.loop().takeBuffer();
    if (b != null) {
      int n = head.write(ctx.out(), 0, 1, false, false);
      client.connection().send(Buffers.fill(b, ctx.out(), n));
    }
  }

  /** The response's head, with what came of its body behind it. */
  void responseHead(ResponseHead head, Buffer body, boolean untilClose, boolean dechunk) {
    long now = ctx.loop().nowNs();
    responseStarted = true;
    firstByteNs = now;
    status = head.status();
    server.counters().firstByteSeconds.record(now - startNs);
    releaseReplay();
    // A body that is not asked for any more would be taken for the next request.
    boolean unwantedBody = !requestDone() && expectContinue && !continued;
    closeClient |= untilClose || unwantedBody || ctx.draining() || (dechunk && clientMinor == 0);
    responseBytes += body.size();
    if (head.unchanged(clientMinor, closeClient, dechunk)) {
      // The head lies right before the body, untouched, in the same buffer, if it came in one
      // piece.
      int length = head.length();
      if (body.from() - length >= Buffer.HEADROOM) {
        body.range(body.from() - length, body.to());
        client.connection().send(body);
        return;
      }
    }
    int written = head.write(ctx.out(), 0, clientMinor, closeClient, dechunk);
    if (Buffers.prepend(body, ctx.out(), written)) {
      client.connection().send(body);
      return;
    }
    Buffer own = ctx.loop().takeBuffer();
    if (own == null || written > Buffer.CAPACITY) {
      body.release();
      client.abort("out of buffers");
      return;
    }
    client.connection().send(Buffers.fill(own, ctx.out(), written), body.size() > 0);
    client.connection().send(body);
  }

  void responseBody(Buffer b) {
    responseBytes += b.size();
    client.connection().send(b);
  }

  void responseBytes(long n) {
    responseBytes += n;
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
    endLease();
    record();
    client.answered(requestDone);
  }

  /** A server's connection broke or timed out; the exchange goes on elsewhere if that is safe. */
  void serverFailed(ServerConnection s, Failure failure, String why) {
    boolean used = s.used();
    s.close();
    upstream = null;
    endLease();
    boolean replayable = replay != null && failure == Failure.CLOSED;
    boolean safe = !responseStarted && (failure.nothingSent() || replayable);
    // A connection that had idled may have ended for its age alone: that is no try of a server. The
    // next one is new, so there are at most twice as many tries.
    boolean ageOnly = used && failure == Failure.CLOSED;
    if (ageOnly) {
      agedTries++;
    }
    int tries = attempts - agedTries;
    if (safe && tries <= pool.pool().limits().retries()) {
      retry(failure, ageOnly);
      return;
    }
    cause = why;
    if (responseStarted) {
      dropFirst();
      record();
      client.closeNow(true);
    } else {
      client.answer(failure.status(), why);
    }
  }

  private void retry(Failure failure, boolean ageOnly) {
    server.counters().retries++;
    // After age alone the same server is as good as another, on a new client.connection().
    if (!ageOnly) {
      tried.add(serverIndex);
    }
    int index = pick();
    if (index == Balancer.NONE && !tried.isEmpty()) {
      cause = pool.whyNone();
      client.answer(failure.status(), "no other server is usable");
      return;
    }
    if (index == Balancer.NONE) {
      client.answer(503, pool.whyNone());
      return;
    }
    if (first == null) {
      Buffer b = ctx.loop().takeBuffer();
      if (b == null) {
        client.answer(503, "out of buffers");
        return;
      }
      first = Buffers.fill(b, replay, replayLength);
    }
    dispatch(index, ageOnly);
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
    int written = head.write(ctx.out(), 0, 1, false, false);
    Buffer own = ctx.loop().takeBuffer();
    if (own == null) {
      rest.release();
      client.abort("out of buffers");
      return;
    }
    client.connection().send(Buffers.fill(own, ctx.out(), written), rest.size() > 0);
    client.connection().send(rest);
    Tunnel.Lease lease = new Tunnel.Lease(ctx, client.listener(), server);
    leased = false;
    record();
    client.becomeTunnel(s.release(), lease);
  }

  void endUpstream() {
    if (upstream != null) {
      upstream.close();
      upstream = null;
    }
    endLease();
  }

  private void endLease() {
    if (leased) {
      leased = false;
      server.state().release(ctx.index());
    }
  }

  void releaseReplay() {
    if (replay != null) {
      ctx.giveBytes(replay);
      replay = null;
    }
  }
}
