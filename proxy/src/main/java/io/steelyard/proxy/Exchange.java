package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.server.Outcome;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.TransferHandler;
import io.steelyard.wire.http1.ChunkedBody;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.RequestIds;
import io.steelyard.wire.http1.ResponseHead;

/**
 * One request of a client and what becomes of it at a server: chooses, relays both bodies, tries
 * again where that is safe. Used again for the next request of its connection.
 *
 * <pre>
 *  begin -> take a place -> dispatch -> (connected) -> request sent -> response's head -> its body -> answered
 *            | full    ^ ^                    |              |
 *            v         | +------ retry -------+--------------+   while nothing of a response has come
 *          wait -------+ room
 * </pre>
 */
final class Exchange implements TransferHandler, Waiting {
  /** The body goes on until its framing says so. */
  static final long CHUNKED = -1;

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

  /** Body bytes still to come from the client; {@link #CHUNKED}; 0 when all has been passed on. */
  long requestLeft;

  boolean hasBody;
  ChunkedBody requestChunks;

  // Where it goes.
  LoopPool pool;
  long key;
  int serverIndex;
  LoopServer server;
  ServerConnection upstream;
  private final Try current;
  private final WaitQueue.Ticket<Waiting> ticket = new WaitQueue.Ticket<>(this);
  private final Retries retries;
  private long waitsSinceNs;

  /** Why it has to be tried again, while it waits for the pool's budget; else null. */
  private Failure failure;

  private String failedWhy;

  /** How long it waited for room at a server. */
  long queuedNs;

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
    this.current = new Try(ctx.index());
    this.retries = new Retries(ctx);
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
    retries.clear();
    failure = null;
    server = null;
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
    queuedNs = 0;
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
    retries.giveBudget(pool);
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
   *
   * @param index of the server where a place was taken; {@link Balancer#NONE}: it waits for one
   */
  Buffer start(int index, int written, Buffer b) {
    Buffer rest = null;
    int share = requestShare(b);
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
    boolean again = idempotent || pool.pool().limits().retriesUnsafe();
    if (again && requestDone() && written + share <= Buffer.CAPACITY) {
      retries.keep(ctx.out(), written, b, share);
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
    if (index == Balancer.NONE) {
      await();
    } else {
      dispatch(index, false);
    }
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

  /** Takes a place at a server; its index, or {@link Balancer#NONE}. */
  int take() {
    int index = pool.take(key, retries.tried(), current.lease());
    if (index != Balancer.NONE) {
      current.begin(pool, index);
    }
    return index;
  }

  // ---- waiting for room

  /** Nobody overtakes those who wait. */
  boolean mustWait() {
    return pool.hasWaiting();
  }

  private void await() {
    waitsSinceNs = ctx.loop().nowNs();
    if (!requestDone()) {
      client.connection().pauseReading();
    }
    client.awaitNothing();
    if (!pool.queue().join(this)) {
      client.answer(Side.BALANCER, 503, Refusal.QUEUE_FULL.text());
    }
  }

  @Override
  public WaitQueue.Ticket<Waiting> ticket() {
    return ticket;
  }

  @Override
  public void waitsFor(LoopPool next) {
    if (retries.tried().isEmpty() && failure == null) {
      pool = next;
    }
  }

  @Override
  public boolean tryAgain() {
    return failure == null ? tryPlace() : tryBudget();
  }

  private boolean tryPlace() {
    int index = take();
    if (index == Balancer.NONE) {
      Refusal why = pool.whyNone();
      boolean inVain = !pool.letsWait(why);
      if (inVain) {
        pool.queue().leave(this);
        waitedInVain(why);
      }
      return inVain;
    }
    pool.queue().leave(this);
    queuedNs += ctx.loop().nowNs() - waitsSinceNs;
    dispatch(index, false);
    return true;
  }

  @Override
  public void waitedInVain(Refusal why) {
    queuedNs += ctx.loop().nowNs() - waitsSinceNs;
    if (failure == null) {
      client.answer(Side.BALANCER, 503, why.text());
    } else {
      denyRetry();
    }
  }

  // ---- waiting for the budget of retries

  /**
   * A crash loses many requests at once, more than may be tried again at a time: they take turns.
   */
  private void awaitBudget(Failure of, String why) {
    failure = of;
    failedWhy = why;
    waitsSinceNs = ctx.loop().nowNs();
    client.awaitNothing();
    if (!pool.queue().joinRetries(this)) {
      denyRetry();
    }
  }

  private boolean tryBudget() {
    if (!retries.takeBudget(pool)) {
      return false;
    }
    pool.queue().leave(this);
    queuedNs += ctx.loop().nowNs() - waitsSinceNs;
    Failure of = failure;
    failure = null;
    retry(of, failedWhy, false);
    return true;
  }

  private void denyRetry() {
    Failure of = failure;
    failure = null;
    server.counters().retriesDenied++;
    client.answer(Side.SERVER, of.status(), failedWhy + "; too many retries are under way");
  }

  // ---- at a server

  /** Gives the exchange to a server's idle connection, or a new one. */
  private void dispatch(int index, boolean freshConnection) {
    server = pool.server(index);
    serverIndex = index;
    retries.attempt();
    sentNs = ctx.loop().nowNs();
    connectNs = LogRecord.NEVER;
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
      connectNs = 0;
      sendFirst(s);
    }
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
    current.sent(ctx.loop().nowNs());
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
    current.carried(bytes, ctx.loop().nowNs());
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
      ResponseHead head, Buffer body, boolean untilClose, boolean dechunk, boolean complete) {
    long now = ctx.loop().nowNs();
    responseStarted = true;
    firstByteNs = now;
    current.answered(now);
    LoadReports reports = pool.loadReports();
    if (reports != null) {
      reports.look(head, ctx.in(), server.state(), server.counters(), now);
    }
    status = head.status();
    server.counters().firstByteSeconds.record(now - startNs);
    releaseReplay();
    closeClient |=
        untilClose || cutsRequestOff(complete) || ctx.draining() || (dechunk && clientMinor == 0);
    responseBytes += body.size();
    if (head.unchanged(clientMinor, closeClient, dechunk)) {
      // The head lies right before the body, untouched, in the same buffer, if it came in one
      // piece.
      int length = head.length();
      if (body.from() - length >= Buffer.HEADROOM) {
        headBytes = length;
        body.range(body.from() - length, body.to());
        client.connection().send(body);
        return;
      }
    }
    int written = head.write(ctx.out(), 0, clientMinor, closeClient, dechunk);
    headBytes = written;
    if (Buffers.prepend(body, ctx.out(), written)) {
      client.connection().send(body);
      return;
    }
    Buffer own = ctx.loop().takeBuffer();
    if (own == null || written > Buffer.CAPACITY) {
      body.release();
      client.abort(Side.BALANCER, "out of buffers");
      return;
    }
    client.connection().send(Buffers.fill(own, ctx.out(), written), body.size() > 0);
    client.connection().send(body);
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

  void responseBody(Buffer b) {
    responseBytes(b.size());
    client.connection().send(b);
  }

  void responseBytes(long n) {
    responseBytes += n;
    current.carried(n, ctx.loop().nowNs());
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
    current.done(status, ctx.loop().nowNs());
    record();
    client.answered(requestDone);
  }

  /** A server's connection broke or timed out; the exchange goes on elsewhere if that is safe. */
  void serverFailed(ServerConnection s, Failure how, String why) {
    boolean used = s.used();
    s.close();
    upstream = null;
    boolean replayable = retries.kept() && how.mayBeRepeated();
    boolean safe = !responseStarted && (how.nothingSent() || replayable);
    // A connection that had idled may have ended for its age alone: that is no try of a server. The
    // next one is new, so there are at most twice as many tries.
    boolean ageOnly = used && how == Failure.CLOSED && !responseStarted;
    current.end(ageOnly ? Outcome.NEUTRAL : how.outcome(), ctx.loop().nowNs());
    if (ageOnly) {
      retries.aged();
    }
    if (safe && retries.left(pool.pool().limits())) {
      if (ageOnly || retries.takeBudget(pool)) {
        retry(how, why, ageOnly);
      } else {
        awaitBudget(how, why);
      }
    } else if (responseStarted) {
      dropFirst();
      client.abort(Side.SERVER, why);
    } else {
      client.answer(how.side(), how.status(), why);
    }
  }

  private void retry(Failure how, String why, boolean ageOnly) {
    server.counters().retries++;
    // After age alone the same server is as good as another, on a new client.connection().
    if (!ageOnly) {
      retries.tried().add(serverIndex);
    }
    if (!prepareAgain()) {
      client.answer(Side.BALANCER, 503, "out of buffers");
      return;
    }
    int index = take();
    if (index != Balancer.NONE) {
      dispatch(index, ageOnly);
      return;
    }
    Refusal refusal = pool.whyNone();
    if (pool.letsWait(refusal)) {
      await();
    } else if (retries.tried().isEmpty()) {
      client.answer(Side.BALANCER, 503, refusal.text());
    } else {
      client.answer(Side.SERVER, how.status(), why + "; no other server is usable");
    }
  }

  /** Puts the request together again as it was first sent; false without a buffer. */
  private boolean prepareAgain() {
    if (first == null) {
      first = retries.again();
    }
    return first != null;
  }

  /** How many servers, or connections, it was sent to. */
  int attempts() {
    return retries.attempts();
  }

  /** Whether it may be sent to another server as long as nothing of a response has come. */
  boolean canMove() {
    return retries.kept() && !responseStarted;
  }

  /** When the first byte of a response has to be there; Long.MAX_VALUE: whenever. */
  long deadlineNs() {
    long total = pool.totalNs();
    return total == Long.MAX_VALUE ? total : startNs + total;
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
      client.abort(Side.BALANCER, "out of buffers");
      return;
    }
    headBytes = written;
    responseBytes = rest.size();
    client.connection().send(Buffers.fill(own, ctx.out(), written), rest.size() > 0);
    client.connection().send(rest);
    upstream = null;
    retries.giveBudget(pool);
    client.listener().count(this);
    if (log != null) {
      // Its line is written when the tunnel ends.
      log.follow(this, ctx.loop().nowNs());
      log.client = client.logAddress();
    }
    client.becomeTunnel(s.release(), new Tunnel.Lease(ctx, client.listener(), current, log));
  }

  void endUpstream() {
    if (upstream != null) {
      upstream.close();
      upstream = null;
    }
    if (ticket.waits()) {
      pool.queue().leave(this);
    }
    failure = null;
    current.end(Outcome.NEUTRAL, ctx.loop().nowNs());
    retries.giveBudget(pool);
  }

  void releaseReplay() {
    retries.forget();
  }
}
