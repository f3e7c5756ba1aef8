package io.steelyard.proxy;

import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Timer;
import io.steelyard.net.TransferHandler;
import io.steelyard.wire.http1.ChunkedBody;
import io.steelyard.wire.http1.ResponseHead;
import io.steelyard.wire.proxyprotocol.ProxyHeader;

/**
 * A connection to a server, in the hands of one exchange or idle in its {@link LoopServer}.
 *
 * <pre>
 *  CONNECTING --connected--> AWAITING (a response's head) --head--> RELAYING --all relayed--> IDLE --taken--> AWAITING
 *      |                        |  ^ 1xx |                             |                        |
 *      +---- failed, timed out -+  +-----+                             +---- the server ended --+--> CLOSED
 * </pre>
 */
final class ServerConnection extends Timer implements ConnectionHandler, TransferHandler {
  /** What is shown to the parser at first: most heads are shorter. */
  private static final int FIRST_LOOK_BYTES = 2048;

  /** Bodies with this much left go through the kernel. */
  static final long SPLICE_FROM_BYTES = 64 * 1024;

  private static final int INTERIM_RESPONSES_MAX = 32;

  /** How often a request that waits for its answer looks whether its server is still up. */
  private static final long LOOK_AGAIN_NS = 250_000_000;

  private enum State {
    CONNECTING,
    AWAITING,
    RELAYING,
    IDLE,
    CLOSED
  }

  private final ProxyLoop ctx;
  private final LoopServer server;
  private final ProxyHeader whom;
  private final ProxyProtocol announces;
  private Connection connection;
  private Exchange exchange;
  private State state = State.CONNECTING;
  private Buffer partial;
  private boolean used;
  private int interims;
  private long startedNs;
  private long answerDueNs;

  /**
   * Body bytes still to come; ResponseHead.CHUNKED or UNTIL_CLOSE where the length is not known.
   */
  private long bodyLeft;

  private ChunkedBody chunks;
  private boolean dechunk;

  private boolean reusable;

  /** What a transfer has taken from the server waits for the client. */
  private boolean clientSlow;

  private ServerConnection(ProxyLoop ctx, LoopServer server, ProxyHeader whom) {
    this.ctx = ctx;
    this.server = server;
    this.whom = whom;
    this.announces = server.announces();
  }

  /** {@code whom} it begins with; null for nobody. */
  static ServerConnection connect(ProxyLoop ctx, LoopServer server, ProxyHeader whom) {
    ServerConnection s = new ServerConnection(ctx, server, whom);
    s.startedNs = ctx.loop().nowNs();
    s.connection = ctx.loop().connect(server.sockaddr(), s);
    s.answerDueNs = s.startedNs + server.connectNs();
    return s;
  }

  Connection connection() {
    return connection;
  }

  /** The only client that it is for; null: it is for all. */
  ProxyHeader whom() {
    return whom;
  }

  boolean connecting() {
    return state == State.CONNECTING;
  }

  /**
   * Whether it has answered before: if it ends now without an answer, the server may just have
   * closed it.
   */
  boolean used() {
    return used;
  }

  /** This exchange has it from now on. */
  void serve(Exchange x) {
    exchange = x;
    if (state == State.IDLE) {
      state = State.AWAITING;
    } else if (state == State.CONNECTING) {
      ctx.loop().schedule(this, Math.min(answerDueNs, x.place.deadlineNs()));
    }
  }

  /**
   * More of the request is on its way: from now on the server has so long to answer. It may have
   * begun to: then so long to go on.
   */
  void awaitResponse() {
    if (state == State.RELAYING) {
      awaitMore();
      return;
    }
    answerDueNs = ctx.loop().nowNs() + server.responseNs();
    watch();
  }

  private void awaitMore() {
    ctx.loop().schedule(this, ctx.loop().nowNs() + server.responseNs());
  }

  /** Until the next look, the answer's deadline or that of the whole exchange. */
  private void watch() {
    long look = ctx.loop().nowNs() + LOOK_AGAIN_NS;
    ctx.loop().schedule(this, Math.min(look, Math.min(answerDueNs, exchange.place.deadlineNs())));
  }

  // ---- events

  @Override
  public void connected() {
    if (whom != null && !ServerPreamble.send(ctx, connection, announces, whom, true)) {
      exchange.serverFailed(this, Failure.OURS, "out of buffers");
      return;
    }
    state = State.AWAITING;
    long now = ctx.loop().nowNs();
    server.counters().connectSeconds.record(now - startedNs);
    awaitResponse();
    exchange.serverConnected(this);
  }

  @Override
  public void received(Buffer b) {
    switch (state) {
      case AWAITING -> head(b);
      case RELAYING -> body(b);
      default -> {
        // An idle server has nothing to say; whatever it is, no client may see it.
        b.release();
        lost();
      }
    }
  }

  private void head(Buffer b) {
    while (state == State.AWAITING && b != null) {
      b = oneHead(b);
    }
    if (b != null) {
      if (state == State.RELAYING && b.size() > 0) {
        body(b);
      } else {
        b.release();
      }
    }
  }

  /** Reads a head; returns what follows it, or null when the buffer is used up. */
  private Buffer oneHead(Buffer b) {
    byte[] in = ctx.in();
    int have = 0;
    if (partial != null) {
      have = partial.size();
      partial.copyTo(partial.from(), in, 0, have);
    }
    ResponseHead head = ctx.responseHead();
    boolean toHead = exchange.headMethod;
    int all = Math.min(b.size(), in.length - have);
    int shown = have == 0 ? Math.min(all, FIRST_LOOK_BYTES) : all;
    b.copyTo(b.from(), in, have, shown);
    int length = head.parse(in, 0, have + shown, toHead);
    if (length == 0 && shown < all) {
      b.copyTo(b.from() + shown, in, have + shown, all - shown);
      length = head.parse(in, 0, have + all, toHead);
    }
    if (length == 0) {
      keepPartial(b);
      return null;
    }
    if (length < 0) {
      b.release();
      boolean large = length == ResponseHead.TOO_LARGE;
      String why = "the server's response " + (large ? "has too large a head" : "is malformed");
      exchange.serverFailed(this, Failure.BAD_RESPONSE, why);
      return null;
    }
    dropPartial();
    b.skip(length - have);
    return head.status() < 200 && !head.upgraded() ? interim(head, b) : finalHead(head, b);
  }

  private Buffer interim(ResponseHead head, Buffer rest) {
    if (++interims > INTERIM_RESPONSES_MAX) {
      rest.release();
      exchange.serverFailed(
          this, Failure.BAD_RESPONSE, "the server sends interim responses without end");
      return null;
    }
    exchange.interimResponse(head);
    if (rest.size() == 0 || state != State.AWAITING) {
      rest.release();
      return null;
    }
    return rest;
  }

  private Buffer finalHead(ResponseHead head, Buffer rest) {
    used = true;
    interims = 0;
    bodyLeft = head.contentLength();
    reusable = !head.close() && !head.upgraded();
    dechunk = bodyLeft == ResponseHead.CHUNKED && exchange.clientMinor == 0;
    if (bodyLeft == ResponseHead.CHUNKED) {
      if (chunks == null) {
        chunks = new ChunkedBody();
      }
      chunks.reset();
    }
    clientSlow = false;
    state = State.RELAYING;
    if (head.upgraded()) {
      exchange.upgraded(head, rest, this);
      return null;
    }
    // What of the buffer belongs to the body is sent together with the head.
    int share = bodyShare(rest);
    if (share < 0) {
      rest.release();
      exchange.serverFailed(this, Failure.BAD_RESPONSE, "the server's chunked body is malformed");
      return null;
    }
    rest.range(rest.from(), rest.from() + share);
    boolean untilClose = bodyLeft == ResponseHead.UNTIL_CLOSE;
    exchange.responseHead(head, rest, untilClose, dechunk, bodyDone());
    afterBody();
    return null;
  }

  private void body(Buffer b) {
    int share = bodyShare(b);
    if (share < 0) {
      b.release();
      exchange.serverFailed(this, Failure.BAD_RESPONSE, "the server's chunked body is malformed");
      return;
    }
    b.range(b.from(), b.from() + share);
    exchange.responseBody(b, bodyDone());
    afterBody();
  }

  /**
   * How many bytes of the buffer belong to the body, which is told of them; -1 when they are
   * malformed. When the chunks' framing has to go, the bytes are moved together and fewer. The
   * scratch memory for heads that come in stays as it is: a head there may still have to be
   * written.
   */
  private int bodyShare(Buffer b) {
    int size = b.size();
    if (bodyLeft >= 0) {
      int share = (int) Math.min(size, bodyLeft);
      bodyLeft -= share;
      reusable &= share == size;
      return share;
    }
    if (bodyLeft == ResponseHead.UNTIL_CLOSE) {
      return size;
    }
    if (dechunk) {
      Chunks.Stripped stripped = Chunks.strip(chunks, b, ctx.out());
      reusable &= !stripped.more();
      return stripped.bytes();
    }
    int end = Chunks.scan(chunks, b, ctx.out());
    if (end < 0) {
      return -1;
    }
    reusable &= end == b.to();
    return end - b.from();
  }

  private boolean bodyDone() {
    return bodyLeft == 0 || (bodyLeft == ResponseHead.CHUNKED && chunks.done());
  }

  private void afterBody() {
    if (state != State.RELAYING) {
      return;
    }
    if (bodyDone()) {
      exchange.responseDone(this);
      return;
    }
    awaitMore();
    if (bodyLeft >= SPLICE_FROM_BYTES
        && connection.transferTo(exchange.clientConnection(), bodyLeft, false, this)) {
      return;
    }
    if (exchange.clientConnection().congested()) {
      connection.pauseReading();
      exchange.clientStalled();
    }
  }

  @Override
  public void transferred(long bytes) {
    exchange.responseBytes(bytes);
    awaitMore();
  }

  @Override
  public void delivered() {
    if (clientSlow) {
      clientSlow = false;
      exchange.clientTakes();
    }
    awaitMore();
  }

  /** A full socket takes more only when a good part of it is free: that may be seconds. */
  @Override
  public void stalled() {
    if (!clientSlow) {
      clientSlow = true;
      exchange.clientStalled();
    }
  }

  @Override
  public void transferEnded(long left) {
    bodyLeft = left;
    if (left == 0) {
      exchange.responseDone(this);
    }
  }

  /** The client has taken what was queued. */
  void resume() {
    if (connection.readingPaused()) {
      connection.resumeReading();
      awaitMore();
    }
  }

  @Override
  public void drained() {
    if (exchange != null) {
      exchange.serverDrained();
    }
  }

  @Override
  public void inputClosed() {
    switch (state) {
      case AWAITING ->
          exchange.serverFailed(
              this, Failure.CLOSED, "the server closed the connection without an answer");
      case RELAYING -> {
        if (bodyLeft == ResponseHead.UNTIL_CLOSE) {
          bodyLeft = 0;
          reusable = false;
          exchange.responseDone(this);
        } else {
          exchange.serverFailed(
              this, Failure.CLOSED, "the server closed the connection in the middle of its answer");
        }
      }
      default -> lost();
    }
  }

  @Override
  public void failed(int errno) {
    switch (state) {
      case CONNECTING -> {
        boolean ours = Errno.ours(errno);
        server.counters().connectFailures += ours ? 0 : 1;
        exchange.serverFailed(
            this,
            ours ? Failure.OURS : Failure.CONNECT,
            "the server cannot be connected to: " + Errno.text(errno));
      }
      case AWAITING, RELAYING ->
          exchange.serverFailed(
              this, Failure.CLOSED, "the server's connection failed: " + Errno.text(errno));
      default -> lost();
    }
  }

  @Override
  protected void expired(long nowNs) {
    switch (state) {
      case CONNECTING -> {
        server.counters().connectFailures++;
        if (nowNs >= exchange.place.deadlineNs()) {
          exchange.serverFailed(this, Failure.TOTAL_TIMEOUT, "no server answered in time");
        } else {
          exchange.serverFailed(
              this, Failure.CONNECT_TIMEOUT, "the server cannot be connected to in time");
        }
      }
      case AWAITING -> look(nowNs);
      case RELAYING -> {
        if (connection.readingPaused() || clientSlow) {
          // It is the client that is slow; its own timer watches over that.
          ctx.loop().schedule(this, nowNs + server.responseNs());
        } else {
          exchange.serverFailed(this, Failure.RESPONSE_TIMEOUT, "the server's answer stalled");
        }
      }
      case IDLE -> lost();
      case CLOSED -> {}
    }
  }

  /** The answer is not there yet: is it still worth waiting for? */
  private void look(long nowNs) {
    if (nowNs >= exchange.place.deadlineNs()) {
      exchange.serverFailed(this, Failure.TOTAL_TIMEOUT, "no server answered in time");
    } else if (nowNs >= answerDueNs) {
      exchange.serverFailed(this, Failure.RESPONSE_TIMEOUT, "no answer in time");
    } else if (exchange.serverWentDown()) {
      exchange.serverFailed(
          this, Failure.WENT_DOWN, "the server went down while its answer was waited for");
    } else {
      watch();
    }
  }

  /** An idle connection has ended. */
  private void lost() {
    server.forget(this);
    close();
  }

  // ---- ends

  /** The exchange is done with it: back to the idle ones if it can be used again. */
  void finish(boolean requestDone) {
    exchange = null;
    // Bytes behind the answer would be taken for the next one's: then nobody may have it.
    if (reusable && requestDone && connection.dry()) {
      state = State.IDLE;
      connection.resumeReading();
      server.giveBack(this);
    } else {
      close();
    }
  }

  /** A tunnel takes the connection over. */
  Connection release() {
    state = State.CLOSED;
    ctx.loop().cancel(this);
    exchange = null;
    return connection;
  }

  void closeIdle() {
    close();
  }

  void close() {
    state = State.CLOSED;
    exchange = null;
    dropPartial();
    ctx.loop().cancel(this);
    connection.close();
  }

  private void keepPartial(Buffer b) {
    if (partial == null) {
      partial = b;
    } else {
      partial = Buffers.join(partial, b);
    }
  }

  private void dropPartial() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }
}
