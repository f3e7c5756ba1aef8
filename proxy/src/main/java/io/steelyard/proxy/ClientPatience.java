package io.steelyard.proxy;

import io.steelyard.net.Connection;
import io.steelyard.net.Timer;

/**
 * What a client is waited for, and for how long: tells its connection when that does not come. One
 * thing at a time. Loop thread only.
 */
final class ClientPatience extends Timer {
  private static final long LINGER_NS = 2_000_000_000L;

  /** How long a client that has sent nothing yet is waited for while draining. */
  private static final long UNHEARD_NS = 1_000_000_000L;

  private static final int NOT_LOOKED = -1;

  /** What the client is waited for, when the timer runs. */
  private enum Awaiting {
    NOTHING,
    REQUEST,
    HEAD,
    BODY,
    READING,
    END_OF_INPUT,
    END
  }

  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private final ClientConnection client;
  private Awaiting awaiting = Awaiting.NOTHING;
  private long lingerUntilNs;

  /** What the client had not taken at the last look; {@link #NOT_LOOKED} before the first. */
  private int unsentBefore;

  ClientPatience(ProxyLoop ctx, LoopListener listener, Connection connection, ClientConnection c) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
    this.client = c;
  }

  private void await(Awaiting what, long ns) {
    awaiting = what;
    ctx.loop().schedule(this, ctx.loop().nowNs() + ns);
  }

  /** It is not the client that is waited for. */
  void forNothing() {
    awaiting = Awaiting.NOTHING;
  }

  /** Its first request is as urgent as a head. */
  void forFirstRequest() {
    await(Awaiting.REQUEST, listener.timeouts().headNs());
  }

  /** The same, while draining. */
  void forFirstRequestBriefly() {
    await(Awaiting.REQUEST, Math.min(UNHEARD_NS, listener.timeouts().headNs()));
  }

  void forNextRequest() {
    await(Awaiting.REQUEST, listener.timeouts().idleNs());
  }

  /** The rest of a head that has begun. */
  void forHead() {
    await(Awaiting.HEAD, listener.timeouts().headNs());
  }

  /** More of the request's body. */
  void forBody() {
    await(Awaiting.BODY, listener.timeouts().bodyNs());
  }

  /** It has been sent more than it takes, and more is to come. */
  void forReading() {
    awaitTaking(Awaiting.READING);
  }

  /** It has read what there was. */
  void hasRead() {
    if (awaiting == Awaiting.READING) {
      awaiting = Awaiting.NOTHING;
    }
  }

  /** It has all that it gets, and may still be sending: what it does not read must not be lost. */
  void forEndOfInput() {
    lingerUntilNs = ctx.loop().nowNs() + listener.timeouts().bodyNs();
    forMoreInput();
  }

  /** It is still sending: the end is waited for anew, for a while. */
  void forMoreInput() {
    await(Awaiting.END_OF_INPUT, Math.min(LINGER_NS, lingerUntilNs - ctx.loop().nowNs()));
  }

  /** The connection closes when the client has taken what it was sent. */
  void forEnd() {
    awaitTaking(Awaiting.END);
  }

  /** Nothing is waited for any more. */
  void end() {
    ctx.loop().cancel(this);
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

  @Override
  protected void expired(long nowNs) {
    switch (awaiting) {
      case NOTHING -> {}
      case REQUEST -> client.closeAfterOutput();
      case HEAD -> client.refuse(Side.CLIENT, 408, "the request's head did not come in time");
      case BODY -> client.bodyStalled();
      case READING -> {
        if (!takes()) {
          client.doesNotRead();
        }
      }
      case END_OF_INPUT -> client.lingered();
      case END -> {
        if (!takes()) {
          // What is queued is lost: a clean end would hide that.
          client.closeNow(true);
        }
      }
    }
  }
}
