package io.steelyard.net.tls;

import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.TransferHandler;
import java.net.SocketAddress;

/**
 * A connection whose bytes are encrypted on another one. To its handler it is like any other, but
 * that nothing of it can move inside the kernel. Loop thread only.
 *
 * <pre>
 *   greeting --(the handshake is done: connected)--> open --close_notify--> input ended
 *      `--(another protocol, no common ground: failed)--> closed <--close, abort, failed--'
 * </pre>
 */
public final class TlsConnection extends Connection implements ConnectionHandler {
  private final TlsServer server;
  private final LibSsl lib;
  private final TlsMemory memory;
  private final Connection raw;
  private long ssl;
  private TlsPeerCertificate peerCertificate;
  private boolean greeted;
  private boolean paused;
  private boolean inputEnded;

  /** The connection below brings no more than what is unread. */
  private boolean endsBelow;

  /** What has come and is not decrypted yet; null for nothing. */
  private Buffer unread;

  /** The same, as libssl reads it. */
  private long unreadBio;

  /** Why it failed, in words; empty: it has not, or the connection below has. */
  private String failure = "";

  /** Why nothing can be sent any more, before that is told; 0: it can. */
  private int brokenErrno;

  TlsConnection(
      TlsServer server,
      LibSsl lib,
      long ssl,
      TlsMemory memory,
      Connection raw,
      ConnectionHandler handler) {
    super(handler);
    this.server = server;
    this.lib = lib;
    this.ssl = ssl;
    this.memory = memory;
    this.raw = raw;
    if (ssl != 0) {
      lib.writeTo(ssl, memory.bio(lib));
      memory.came();
    }
  }

  /** What is spoken above (RFC 7301); empty when nothing was agreed on. */
  public String protocol() {
    return ssl == 0 ? "" : TlsServer.protocolOf(lib, ssl);
  }

  /** Whether the client went on with a session of a former connection. */
  public boolean resumed() {
    return ssl != 0 && lib.isResumed(ssl);
  }

  /**
   * What the client has shown, now or when the session that it goes on with was made; null:
   * nothing, or it was not asked for anything.
   */
  public TlsPeerCertificate peerCertificate() {
    return peerCertificate;
  }

  /** Why the handshake, or what came later, was not understood; empty: it was. */
  public String failure() {
    return failure;
  }

  /** The certificates and all that this connection was made with. */
  public TlsServer server() {
    return server;
  }

  // ---- from below

  @Override
  public void received(Buffer cipher) {
    if (ssl == 0) {
      cipher.release();
      if (failure.isEmpty() && !raw.isClosed()) {
        fail("out of memory");
      }
      return;
    }
    if (inputEnded || brokenErrno != 0) {
      cipher.release();
      return;
    }
    assert memory.isEmpty(lib) : "another connection's bytes";
    unread = cipher;
    unreadBio = lib.feed(ssl, cipher.address(), cipher.size());
    decrypt();
  }

  /** Goes on with what has come, until it is used up or nobody wants it. */
  private void decrypt() {
    if (!greeted && !greet()) {
      return;
    }
    while (ssl != 0 && !paused && !inputEnded && (unread != null || lib.hasPending(ssl))) {
      Buffer plain = memory.loop().takeBuffer();
      if (plain == null) {
        fail("out of buffers");
        return;
      }
      long to = plain.memory().address() + Buffer.HEADROOM;
      int n = lib.read(ssl, to, Buffer.RECEIVE_BYTES);
      if (n > 0) {
        letGoOfRead();
        // A refusal to negotiate again may have been written: it is nobody else's.
        if (!flush(false)) {
          plain.release();
          fail("out of buffers");
          return;
        }
        handler.received(plain.range(Buffer.HEADROOM, Buffer.HEADROOM + n));
      } else {
        plain.release();
        stopped(n);
        return;
      }
    }
    if (ssl != 0 && endsBelow && unread == null) {
      endInput();
    }
  }

  /** After a read that brought nothing. */
  private void stopped(int result) {
    int error = lib.error(ssl, result);
    if (error == LibSsl.ERROR_WANT_READ) {
      letGoOfRead();
      // Keys may have been updated, which is answered.
      flush(false);
      if (endsBelow) {
        endInput();
      }
    } else if (error == LibSsl.ERROR_ZERO_RETURN) {
      dropUnread();
      flush(false);
      endInput();
    } else {
      failed();
    }
  }

  private boolean greet() {
    int r = lib.handshake(ssl);
    int error = r == 1 ? 0 : lib.error(ssl, r);
    if (error != 0 && error != LibSsl.ERROR_WANT_READ) {
      failed();
      return false;
    }
    letGoOfRead();
    if (!flush(false)) {
      fail("out of buffers");
      return false;
    }
    if (r == 1) {
      lib.clearErrors();
      greeted();
    }
    return greeted;
  }

  private void greeted() {
    if (server.asksClients()) {
      peerCertificate = TlsPeerCertificate.of(lib, ssl);
      if (peerCertificate != null && peerCertificate.expired()) {
        fail("the client's certificate has expired since its session began", Errno.EPROTO);
        return;
      }
    }
    greeted = true;
    handler.connected();
  }

  /** Lets go of what has come once all of it has been read. */
  private void letGoOfRead() {
    if (unread != null && lib.unread(unreadBio) == 0) {
      dropUnread();
    }
  }

  private void dropUnread() {
    if (unread != null) {
      unread.release();
      unread = null;
    }
  }

  /** It was not understood: the peer is told why, unless it takes nothing anyway. */
  private void failed() {
    String why = lib.errorText();
    boolean takes = raw.queuedBytes() == 0;
    flush(false);
    failure = why;
    if (takes) {
      raw.closeAfterSend();
    } else {
      raw.abort();
    }
    forget();
    handler.failed(Errno.EPROTO);
  }

  private void fail(String why) {
    fail(why, Errno.ENOBUFS);
  }

  private void fail(String why, int errno) {
    failure = why;
    raw.abort();
    forget();
    handler.failed(errno);
  }

  private void endInput() {
    if (!inputEnded) {
      inputEnded = true;
      handler.inputClosed();
    }
  }

  @Override
  public void inputClosed() {
    if (!greeted) {
      fail("ended while greeting");
    } else if (unread == null) {
      endInput();
    } else {
      endsBelow = true;
    }
  }

  @Override
  public void connected() {}

  @Override
  public void drained() {
    handler.drained();
  }

  @Override
  public void failed(int errno) {
    forget();
    handler.failed(errno);
  }

  @Override
  public void closed() {
    if (failure.isEmpty()) {
      handler.closed();
    }
  }

  // ---- from above

  @Override
  public void send(Buffer plain, boolean more) {
    if (ssl == 0 || !greeted || brokenErrno != 0) {
      plain.release();
      return;
    }
    assert memory.isEmpty(lib) : "another connection's bytes";
    long at = plain.address();
    int left = plain.size();
    while (left > 0) {
      int n = lib.write(ssl, at, left);
      if (n <= 0) {
        plain.release();
        memory.drop(lib);
        breakOff(lib.errorText(), Errno.EPROTO);
        return;
      }
      at += n;
      left -= n;
    }
    plain.release();
    if (!flush(more)) {
      breakOff("out of buffers", Errno.ENOBUFS);
    }
  }

  /** From within a call: it is told at the end of the turn. */
  private void breakOff(String why, int errno) {
    failure = why;
    brokenErrno = errno;
    raw.abort();
    memory.loop().putOff(this);
  }

  private boolean flush(boolean more) {
    return memory.sendTo(raw, lib, more);
  }

  @Override
  public int queuedBytes() {
    return raw.queuedBytes();
  }

  @Override
  public int unsentBytes() {
    return raw.unsentBytes();
  }

  @Override
  public boolean congested() {
    return raw.congested();
  }

  @Override
  public void pauseReading() {
    paused = true;
    raw.pauseReading();
  }

  @Override
  public void resumeReading() {
    if (!paused) {
      return;
    }
    paused = false;
    // Nobody is called back from within a call: what waits is told at the end of the turn.
    memory.loop().putOff(this);
  }

  @Override
  protected void resume() {
    if (ssl != 0 && brokenErrno != 0) {
      forget();
      handler.failed(brokenErrno);
      return;
    }
    if (ssl == 0 || paused) {
      return;
    }
    decrypt();
    if (ssl != 0 && !paused) {
      raw.resumeReading();
    }
  }

  @Override
  public boolean readingPaused() {
    return paused;
  }

  @Override
  public boolean dry() {
    return ssl != 0 && unread == null && !inputEnded && !lib.hasPending(ssl) && raw.dry();
  }

  @Override
  public boolean unread() {
    return ssl != 0 && (unread != null || lib.hasPending(ssl) || raw.unread());
  }

  /** The kernel cannot encrypt: there is no transfer. */
  @Override
  public boolean transferTo(
      Connection target, long bytes, boolean untilDry, TransferHandler progress) {
    return false;
  }

  @Override
  public void shutdownOutput() {
    goodbye();
    raw.shutdownOutput();
  }

  private void goodbye() {
    if (ssl != 0 && greeted && brokenErrno == 0) {
      lib.shutdown(ssl);
      flush(false);
    }
  }

  @Override
  public void closeAfterSend() {
    goodbye();
    forget();
    raw.closeAfterSend();
  }

  /** Without close_notify: something is missing. */
  @Override
  public void abortAfterSend() {
    forget();
    raw.abortAfterSend();
  }

  @Override
  public void close() {
    goodbye();
    forget();
    raw.close();
  }

  @Override
  public void abort() {
    forget();
    raw.abort();
  }

  /** Frees what is not needed any more. */
  private void forget() {
    dropUnread();
    if (ssl != 0) {
      lib.free(ssl);
      ssl = 0;
      memory.gone();
    }
  }

  @Override
  public boolean isClosed() {
    // What is on its way when it has failed goes without it.
    return !failure.isEmpty() || raw.isClosed();
  }

  @Override
  public SocketAddress remoteAddress() {
    return raw.remoteAddress();
  }

  @Override
  public SocketAddress localAddress() {
    return raw.localAddress();
  }
}
