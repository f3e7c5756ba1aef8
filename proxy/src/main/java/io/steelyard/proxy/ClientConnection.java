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
import io.steelyard.net.TransferHandler;
import io.steelyard.wire.http1.Forwarding;
import io.steelyard.wire.http1.Http1;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.ResponseHead;
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
final class ClientConnection extends Timer implements ConnectionHandler, TransferHandler {
  /** What is shown to the parser at first: most heads are shorter. */
  private static final int FIRST_LOOK_BYTES = 2048;

  private static final long LINGER_NS = 2_000_000_000L;

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
  private SocketAddress address;
  private Forwarding forwarding;
  private long key;
  private Exchange exchange;
  private Buffer partial;

  /** Requests that came before their turn. */
  private BufferQueue pending;

  private boolean inputEnded;
  private boolean feeding;

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

  Exchange exchange() {
    return exchange;
  }

  private void await(Awaiting what, long ns) {
    awaiting = what;
    ctx.loop().schedule(this, ctx.loop().nowNs() + ns);
  }

  // ---- the client speaks

  @Override
  public void connected() {
    throw new IllegalStateException("a client's connection is made when it is accepted");
  }

  @Override
  public void received(Buffer b) {
    switch (state) {
      case IDLE, HEAD -> feed(b);
      case BUSY -> {
        if (exchange.requestDone()) {
          hold(b);
        } else {
          requestBody(b);
        }
      }
      case LINGERING, CLOSED -> b.release();
    }
  }

  /** The next request came before this one is answered: it waits, and no more is read. */
  private void hold(Buffer b) {
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
    while (rest != null && (state == State.IDLE || state == State.HEAD)) {
      rest = oneHead(rest);
      if (rest == null && pending != null && (state == State.IDLE || state == State.HEAD)) {
        rest = pending.poll();
      }
    }
    feeding = false;
    if (rest != null) {
      if (state == State.BUSY) {
        holdFirst(rest);
      } else {
        rest.release();
      }
    }
  }

  /**
   * Reads a request's head and starts its exchange; returns what follows the request in the buffer,
   * or null.
   */
  private Buffer oneHead(Buffer b) {
    byte[] in = ctx.in();
    int have = 0;
    if (partial != null) {
      have = partial.size();
      partial.copyTo(partial.from(), in, 0, have);
    }
    RequestHead head = listener.requestHead();
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
    state = State.BUSY;
    awaiting = Awaiting.NOTHING;
    return begin(head, b);
  }

  private void keepPartial(Buffer b) {
    partial = partial == null ? b : Buffers.join(partial, b);
    if (state == State.IDLE) {
      state = State.HEAD;
      await(Awaiting.HEAD, listener.timeouts().headNs());
    }
  }

  /** Starts the exchange of a request; {@code b} holds what came behind its head. */
  private Buffer begin(RequestHead head, Buffer b) {
    if (exchange == null) {
      exchange = new Exchange();
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
    exchange.pool = ctx.pool(pool);
    int index = pick();
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
    return start(index, written, b);
  }

  /**
   * Puts the head before what came of the body and sends it on its way; returns what belongs to the
   * next request.
   */
  private Buffer start(int serverIndex, int written, Buffer b) {
    Buffer rest = null;
    int share = requestShare(b);
    if (share < 0) {
      b.release();
      refuse(400, "the chunked body is malformed");
      return null;
    }
    if (share < b.size()) {
      rest = split(b, share);
    }
    exchange.requestBytes += share;
    if (exchange.idempotent && !exchange.hasBody) {
      exchange.replay = ctx.takeBytes(written);
      exchange.replayLength = written;
      System.arraycopy(ctx.out(), 0, exchange.replay, 0, written);
    }
    if (Buffers.prepend(b, ctx.out(), written)) {
      exchange.first = b;
      if (partial != null) {
        partial.release();
      }
    } else {
      // A head that came in pieces, or grew a lot, gets a buffer of its own: that of its first
      // piece.
      Buffer own = partial != null ? partial : ctx.loop().takeBuffer();
      if (own == null) {
        b.release();
        partial = null;
        refuse(503, "out of buffers");
        return rest;
      }
      exchange.first = Buffers.fill(own, ctx.out(), written);
      if (b.size() > 0) {
        exchange.firstBody = b;
      } else {
        b.release();
      }
    }
    partial = null;
    dispatch(serverIndex, false);
    return rest;
  }

  /** The bytes of the buffer that belong to the request's body; -1 when they are malformed. */
  private int requestShare(Buffer b) {
    if (exchange.requestLeft == 0) {
      return 0;
    }
    if (exchange.requestLeft > 0) {
      int share = (int) Math.min(b.size(), exchange.requestLeft);
      exchange.requestLeft -= share;
      return share;
    }
    int end = Chunks.scan(exchange.requestChunks, b, ctx.in());
    if (end < 0) {
      return -1;
    }
    if (exchange.requestChunks.done()) {
      exchange.requestLeft = 0;
    }
    return end - b.from();
  }

  /** Cuts the buffer after {@code share} bytes; the rest comes in another one. */
  private Buffer split(Buffer b, int share) {
    Buffer rest = ctx.loop().takeBuffer();
    if (rest == null) {
      // The next request cannot be kept: its connection ends after this one, which the client may
      // repeat it on.
      exchange.closeClient = true;
    } else {
      int n = b.size() - share;
      rest.copyFrom(b, b.from() + share, rest.from(), n);
      rest.range(rest.from(), rest.from() + n);
    }
    b.range(b.from(), b.from() + share);
    return rest;
  }

  private int pick() {
    return exchange.pool.pick(exchange.key, exchange.tried);
  }

  // ---- to a server

  /** Gives the exchange to a server's idle connection, or a new one. */
  private void dispatch(int serverIndex, boolean freshConnection) {
    LoopServer server = exchange.pool.server(serverIndex);
    exchange.server = server;
    exchange.serverIndex = serverIndex;
    exchange.attempts++;
    server.state().acquire(ctx.index());
    exchange.leased = true;
    ServerConnection s = freshConnection ? null : server.takeIdle();
    if (s == null) {
      s = server.connect();
    }
    exchange.upstream = s;
    s.serve(this);
    if (s.connecting()) {
      if (!exchange.requestDone()) {
        connection.pauseReading();
      }
    } else {
      sendFirst(s);
    }
  }

  /** The connection stands: the request goes out. */
  void serverConnected(ServerConnection s) {
    exchange.connectedNs = ctx.loop().nowNs();
    sendFirst(s);
  }

  private void sendFirst(ServerConnection s) {
    if (!exchange.requestDone()) {
      connection.resumeReading();
    }
    Buffer first = exchange.first;
    Buffer body = exchange.firstBody;
    exchange.first = null;
    exchange.firstBody = null;
    s.connection().send(first, body != null);
    if (body != null) {
      s.connection().send(body);
    }
    afterRequestBytes(s);
  }

  private void requestBody(Buffer b) {
    int share = requestShare(b);
    if (share < 0) {
      b.release();
      if (exchange.responseStarted) {
        // Nothing else may come into the answer that has begun.
        abort("the chunked body is malformed");
        return;
      }
      endUpstream();
      refuse(400, "the chunked body is malformed");
      return;
    }
    Buffer rest = share < b.size() ? split(b, share) : null;
    exchange.requestBytes += share;
    ServerConnection s = exchange.upstream;
    if (exchange.first != null) {
      // Not connected yet: this came although reading is paused. It waits its turn behind the first
      // part.
      b.release();
      abort("body bytes before the connection stood");
      return;
    }
    s.connection().send(b);
    if (rest != null) {
      hold(rest);
    }
    afterRequestBytes(s);
  }

  private void afterRequestBytes(ServerConnection s) {
    if (exchange.requestDone()) {
      awaiting = Awaiting.NOTHING;
      s.awaitResponse();
      return;
    }
    await(Awaiting.BODY, listener.timeouts().bodyNs());
    s.awaitResponse();
    if (exchange.requestLeft >= ServerConnection.SPLICE_FROM_BYTES && !exchange.spliceRefused) {
      connection.transferTo(s.connection(), exchange.requestLeft, false, this);
    } else if (s.connection().congested()) {
      // Now it is the server that is slow: its timer watches over that.
      connection.pauseReading();
      awaiting = Awaiting.NOTHING;
    }
  }

  @Override
  public void transferred(long bytes) {
    exchange.requestBytes += bytes;
    await(Awaiting.BODY, listener.timeouts().bodyNs());
    if (exchange.upstream != null) {
      exchange.upstream.awaitResponse();
    }
  }

  @Override
  public void transferEnded(long left) {
    if (state != State.BUSY) {
      return;
    }
    exchange.spliceRefused = left == exchange.requestLeft;
    exchange.requestLeft = left;
    if (left == 0) {
      awaiting = Awaiting.NOTHING;
      if (exchange.upstream != null) {
        exchange.upstream.awaitResponse();
      }
    }
  }

  /** The server has taken what was queued of the request. */
  void serverDrained() {
    if (state == State.BUSY && !exchange.requestDone()) {
      connection.resumeReading();
      await(Awaiting.BODY, listener.timeouts().bodyNs());
    }
  }

  // ---- the server speaks

  /** A 1xx response goes to a client that understands it. */
  void interimResponse(ResponseHead head) {
    exchange.continued |= head.status() == 100;
    if (exchange.clientMinor == 0) {
      return;
    }
    Buffer b = ctx.loop().takeBuffer();
    if (b != null) {
      int n = head.write(ctx.out(), 0, 1, false, false);
      connection.send(Buffers.fill(b, ctx.out(), n));
    }
  }

  /** The response's head, with what came of its body behind it. */
  void responseHead(ResponseHead head, Buffer body, boolean untilClose, boolean dechunk) {
    long now = ctx.loop().nowNs();
    exchange.responseStarted = true;
    exchange.firstByteNs = now;
    exchange.status = head.status();
    exchange.server.counters().firstByteSeconds.record(now - exchange.startNs);
    releaseReplay();
    // A body that is not asked for any more would be taken for the next request.
    boolean unwantedBody =
        !exchange.requestDone() && exchange.expectContinue && !exchange.continued;
    exchange.closeClient |=
        untilClose || unwantedBody || ctx.draining() || (dechunk && exchange.clientMinor == 0);
    exchange.responseBytes += body.size();
    if (head.unchanged(exchange.clientMinor, exchange.closeClient, dechunk)) {
      // The head lies right before the body, untouched, in the same buffer, if it came in one
      // piece.
      int length = head.length();
      if (body.from() - length >= Buffer.HEADROOM) {
        body.range(body.from() - length, body.to());
        connection.send(body);
        return;
      }
    }
    int written = head.write(ctx.out(), 0, exchange.clientMinor, exchange.closeClient, dechunk);
    if (Buffers.prepend(body, ctx.out(), written)) {
      connection.send(body);
      return;
    }
    Buffer own = ctx.loop().takeBuffer();
    if (own == null || written > Buffer.CAPACITY) {
      body.release();
      abort("out of buffers");
      return;
    }
    connection.send(Buffers.fill(own, ctx.out(), written), body.size() > 0);
    connection.send(body);
  }

  void responseBody(Buffer b) {
    exchange.responseBytes += b.size();
    connection.send(b);
  }

  void responseBytes(long n) {
    exchange.responseBytes += n;
  }

  /** The client takes less than the server gives. */
  void stalled() {
    await(Awaiting.READING, listener.timeouts().bodyNs());
  }

  @Override
  public void drained() {
    if (state == State.BUSY && exchange.upstream != null) {
      if (awaiting == Awaiting.READING) {
        awaiting = Awaiting.NOTHING;
      }
      exchange.upstream.resume();
    }
  }

  /** The response is complete. */
  void responseDone(ServerConnection s) {
    boolean requestDone = exchange.requestDone();
    s.finish(requestDone);
    exchange.upstream = null;
    endLease();
    record();
    if (!requestDone) {
      // The server did not want the rest of the request; the client is still sending it.
      linger();
    } else if (exchange.closeClient) {
      finishAndClose();
    } else {
      next();
    }
  }

  /** Ready for the next request of this connection. */
  private void next() {
    state = State.IDLE;
    if (inputEnded && (pending == null || pending.isEmpty())) {
      closeAfterOutput();
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

  /** A server's connection broke or timed out; the exchange goes on elsewhere if that is safe. */
  void serverFailed(ServerConnection s, Failure failure, String why) {
    boolean used = s.used();
    s.close();
    exchange.upstream = null;
    endLease();
    boolean replayable = exchange.replay != null && failure == Failure.CLOSED;
    boolean safe = !exchange.responseStarted && (failure.nothingSent() || replayable);
    // A connection that had idled may have ended for its age alone: that is no try of a server. The
    // next one is new, so there are at most twice as many tries.
    boolean ageOnly = used && failure == Failure.CLOSED;
    if (ageOnly) {
      exchange.agedTries++;
    }
    int tries = exchange.attempts - exchange.agedTries;
    if (safe && tries <= exchange.pool.pool().limits().retries()) {
      retry(failure, ageOnly);
      return;
    }
    exchange.cause = why;
    if (exchange.responseStarted) {
      exchange.dropFirst();
      record();
      closeNow(true);
    } else {
      answer(failure.status(), why);
    }
  }

  private void retry(Failure failure, boolean ageOnly) {
    exchange.server.counters().retries++;
    // After age alone the same server is as good as another, on a new connection.
    if (!ageOnly) {
      exchange.tried.add(exchange.serverIndex);
    }
    int index = pick();
    if (index == Balancer.NONE && !exchange.tried.isEmpty()) {
      exchange.cause = exchange.pool.whyNone();
      answer(failure.status(), "no other server is usable");
      return;
    }
    if (index == Balancer.NONE) {
      answer(503, exchange.pool.whyNone());
      return;
    }
    if (exchange.first == null) {
      Buffer b = ctx.loop().takeBuffer();
      if (b == null) {
        answer(503, "out of buffers");
        return;
      }
      exchange.first = Buffers.fill(b, exchange.replay, exchange.replayLength);
    }
    dispatch(index, ageOnly);
  }

  /** The server goes on in another protocol: from here on bytes are only carried. */
  void upgraded(ResponseHead head, Buffer rest, ServerConnection s) {
    if (!exchange.upgrade) {
      rest.release();
      serverFailed(s, Failure.BAD_RESPONSE, "the server switches protocols unasked");
      return;
    }
    exchange.responseStarted = true;
    exchange.status = 101;
    exchange.firstByteNs = ctx.loop().nowNs();
    releaseReplay();
    int written = head.write(ctx.out(), 0, 1, false, false);
    Buffer own = ctx.loop().takeBuffer();
    if (own == null) {
      rest.release();
      abort("out of buffers");
      return;
    }
    connection.send(Buffers.fill(own, ctx.out(), written), rest.size() > 0);
    connection.send(rest);
    Connection upstream = s.release();
    state = State.CLOSED;
    ctx.loop().cancel(this);
    Tunnel.Lease lease = new Tunnel.Lease(ctx, listener, exchange.server);
    exchange.leased = false;
    record();
    Tunnel tunnel = new Tunnel(ctx, connection, upstream, listener.timeouts().tunnelNs(), lease);
    listener.removed(this);
    for (Buffer b = pending == null ? null : pending.poll(); b != null; b = pending.poll()) {
      upstream.send(b);
    }
    tunnel.start(inputEnded);
  }

  // ---- answers of our own

  private Buffer refuseExchange(int status, String cause, Buffer b) {
    if (partial != null) {
      partial.release();
      partial = null;
    }
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
  private void answer(int status, String cause) {
    exchange.dropFirst();
    releaseReplay();
    exchange.cause = cause;
    exchange.status = status;
    boolean requestDone = exchange.requestDone();
    exchange.closeClient |= !requestDone || ctx.draining();
    sendOwn(status, cause, exchange.closeClient, exchange.headMethod);
    listener.countOwn(status);
    record();
    if (!requestDone) {
      linger();
    } else if (exchange.closeClient) {
      finishAndClose();
    } else {
      next();
    }
  }

  /**
   * Answers what is no valid request, and ends the connection: nobody can tell where the next one
   * begins.
   */
  private void refuse(int status, String cause) {
    if (partial != null) {
      partial.release();
      partial = null;
    }
    if (exchange != null) {
      exchange.dropFirst();
      releaseReplay();
    }
    listener.countOwn(status);
    listener.logRefused(status, cause, clientAddress());
    sendOwn(status, cause, true, false);
    linger();
  }

  private void sendOwn(int status, String cause, boolean close, boolean toHead) {
    Buffer b = ctx.loop().takeBuffer();
    if (b == null) {
      return;
    }
    byte[] response =
        toHead
            ? Http1.errorResponseToHead(status, cause, close)
            : Http1.errorResponse(status, cause, close);
    connection.send(Buffers.fill(b, response, response.length));
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
          record();
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
      record();
    }
    closeNow(false);
  }

  @Override
  protected void expired(long nowNs) {
    switch (awaiting) {
      case NOTHING -> {}
      case REQUEST -> closeNow(false);
      case END -> {
        closeNow(false);
        connection.close();
      }
      case HEAD -> refuse(408, "the request's head did not come in time");
      case BODY -> {
        exchange.cause = "the request's body stalled";
        if (exchange.responseStarted) {
          abort(exchange.cause);
        } else {
          endUpstream();
          answer(408, exchange.cause);
        }
      }
      case READING -> abort("the client does not read the response");
    }
  }

  /** Ends in the middle of a response; a reset tells the client that something is missing. */
  private void abort(String cause) {
    exchange.cause = cause;
    record();
    closeNow(true);
  }

  private void endUpstream() {
    if (exchange != null && exchange.upstream != null) {
      exchange.upstream.close();
      exchange.upstream = null;
    }
    endLease();
  }

  private void endLease() {
    if (exchange != null && exchange.leased) {
      exchange.leased = false;
      exchange.server.state().release(ctx.index());
    }
  }

  private void finishAndClose() {
    if (pending != null && !pending.isEmpty()) {
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
    if (!connection.isClosed()) {
      await(Awaiting.END, listener.timeouts().bodyNs());
    }
  }

  @Override
  public void closed() {
    ctx.loop().cancel(this);
  }

  void closeNow(boolean reset) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    endUpstream();
    cleanUp();
    if (reset) {
      connection.abort();
    } else {
      connection.close();
    }
  }

  /** Closes if nothing is under way: draining. */
  void closeIfIdle() {
    if (state == State.IDLE) {
      closeNow(false);
    } else if (exchange != null) {
      exchange.closeClient = true;
    }
  }

  private void cleanUp() {
    ctx.loop().cancel(this);
    dropInput();
    if (exchange != null) {
      exchange.dropFirst();
      releaseReplay();
    }
    listener.removed(this);
  }

  private void dropInput() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
    if (pending != null) {
      pending.clear();
    }
  }

  private void releaseReplay() {
    if (exchange.replay != null) {
      ctx.giveBytes(exchange.replay);
      exchange.replay = null;
    }
  }

  private void record() {
    listener.record(exchange, this);
    exchange.log = null;
  }

  // ---- who the client is

  SocketAddress clientAddress() {
    if (address == null) {
      address = connection.remoteAddress();
    }
    return address;
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
