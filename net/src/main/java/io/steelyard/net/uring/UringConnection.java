package io.steelyard.net.uring;

import io.steelyard.net.Buffer;
import io.steelyard.net.BufferQueue;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Sockaddr;
import io.steelyard.net.Splice;
import io.steelyard.net.socket.SocketConnection;

/**
 * A connection on io_uring: one multishot receive, one send at a time. What arrives although
 * reading is paused waits in the inbox; when it grows the receive is cancelled.
 *
 * <pre>
 *   open ---- close() ----> closed, the kernel still has operations ---- last completion ----> gone
 * </pre>
 */
final class UringConnection extends SocketConnection {
  /** Buffers in the inbox from which on the receive is cancelled. */
  private static final int INBOX_BUFFERS = 2;

  /**
   * After a transfer so many receives are single ones, lest what comes next is copied before a
   * transfer can begin.
   */
  private static final int SINGLE_RECEIVES = 16;

  final int id;

  /** Kept until the kernel has read it. */
  private Sockaddr connectAddress;

  private final UringLoop loop;
  private final BufferQueue inbox = new BufferQueue();

  /** Operations that the kernel has and will complete. */
  private int pending;

  private boolean receiving;
  private boolean cancelling;
  private int singles = 1;

  /** Whether the last receive, or a transfer, may have left something. */
  private boolean mayHaveMore;

  private boolean sending;
  private boolean pollingIn;
  private boolean pollingOut;
  private boolean inputEndTold;
  private int inputErrno;
  private boolean gone;

  UringConnection(UringLoop loop, int id, int fd, boolean connecting, ConnectionHandler handler) {
    super(loop, fd, connecting, handler);
    this.loop = loop;
    this.id = id;
  }

  void start() {
    if (!closed && !paused) {
      receive();
    }
  }

  void connect(Sockaddr to) {
    connectAddress = to;
    pending++;
    loop.submissions().connect(fd, id, to);
  }

  void completed(int about, int result, int flags) {
    switch (about) {
      case Submissions.ABOUT_RECV -> onReceive(result, flags);
      case Submissions.ABOUT_SEND -> onSent(result);
      case Submissions.ABOUT_CONNECT -> onConnect(result);
      case Submissions.ABOUT_POLL_IN -> onPollIn();
      case Submissions.ABOUT_POLL_OUT -> onPollOut();
      default -> throw new IllegalStateException("completion about " + about);
    }
    if (closed && pending == 0) {
      gone();
    }
  }

  private void gone() {
    if (!gone) {
      gone = true;
      queue.clear();
      loop.gone(this);
    }
  }

  private void onConnect(int result) {
    pending--;
    assert connectAddress != null : "connected twice";
    connectAddress = null;
    if (closed) {
      return;
    }
    if (result < 0) {
      fail(-result);
      return;
    }
    connecting = false;
    receive();
    handler.connected();
    if (!closed) {
      sendNext();
    }
  }

  void brokenFromTheStart(int errno) {
    brokenErrno = errno;
    loop.putOff(this);
  }

  // ---- receiving

  private void receive() {
    if (receiving || closed || splice != null || inputEnded || inputErrno != 0) {
      return;
    }
    receiving = true;
    cancelling = false;
    boolean multishot = singles == 0;
    singles = Math.max(0, singles - 1);
    pending++;
    loop.submissions().receive(fd, id, multishot);
  }

  private void onReceive(int result, int flags) {
    if ((flags & Ring.CQE_MORE) == 0) {
      receiving = false;
      pending--;
    }
    mayHaveMore = result == Buffer.RECEIVE_BYTES;
    if (result > 0) {
      if (result == Buffer.RECEIVE_BYTES) {
        singles = SINGLE_RECEIVES;
        stopReceiving();
      }
      arrived(loop.taken(flags, result));
    } else {
      if ((flags & Ring.CQE_BUFFER) != 0) {
        loop.taken(flags, 0).release();
      }
      receiveEnded(result);
    }
    if (!receiving && !closed) {
      receiveStopped(result);
    }
  }

  private void receiveEnded(int result) {
    if (result == 0) {
      inputEnded = true;
      deliverEnd();
    } else if (result != -Errno.ENOBUFS && result != -Errno.ECANCELED && result != -Errno.EAGAIN) {
      inputErrno = -result;
      deliverEnd();
    }
  }

  private void receiveStopped(int result) {
    if (splice != null) {
      stepSplice();
    } else if (result == -Errno.ENOBUFS) {
      loop.starved(this);
    } else if (!paused && inbox.isEmpty()) {
      receive();
    }
  }

  /** Buffers are back: reads on. */
  void fed() {
    if (!closed && !paused && inbox.isEmpty()) {
      receive();
    }
  }

  private void arrived(Buffer b) {
    if (closed || closeWanted) {
      b.release();
    } else if (splice != null) {
      bypass(b);
    } else if (paused || !inbox.isEmpty()) {
      inbox.add(b);
      if (inbox.buffers() >= INBOX_BUFFERS) {
        stopReceiving();
      }
    } else {
      handler.received(b);
    }
  }

  private void stopReceiving() {
    if (receiving && !cancelling) {
      cancelling = true;
      loop.submissions().cancelReceive(id);
    }
  }

  /** Tells the end of input, or its failure, once all that came before has been told. */
  private void deliverEnd() {
    if (closed || paused || !inbox.isEmpty() || splice != null) {
      return;
    }
    if (inputEnded && !inputEndTold && !closeWanted) {
      inputEndTold = true;
      handler.inputClosed();
    }
    if (!closed && (inputErrno != 0 || (inputEnded && brokenErrno != 0))) {
      fail(inputErrno != 0 ? inputErrno : brokenErrno);
    }
  }

  @Override
  protected void resume() {
    if (closed) {
      return;
    }
    if (connecting) {
      if (brokenErrno != 0) {
        fail(brokenErrno);
      }
      return;
    }
    if (splice != null) {
      stepSplice();
      return;
    }
    if (brokenErrno != 0 && (paused || (spliceSource != null && !receiving))) {
      fail(brokenErrno);
      return;
    }
    while (!closed && !paused && splice == null && !inbox.isEmpty()) {
      handler.received(inbox.poll());
    }
    if (!closed && !paused && splice == null) {
      if (inputEnded || inputErrno != 0) {
        deliverEnd();
      } else {
        receive();
      }
    }
  }

  @Override
  public void pauseReading() {
    paused = true;
    singles = SINGLE_RECEIVES;
  }

  @Override
  public void resumeReading() {
    if (paused) {
      paused = false;
      if (!closed && (!inbox.isEmpty() || !receiving)) {
        loop.putOff(this);
      }
    }
  }

  @Override
  public boolean dry() {
    if (closed || inputEnded || inputErrno != 0 || brokenErrno != 0 || !inbox.isEmpty()) {
      return false;
    }
    // A receive that the kernel still has may have taken more, which is not told yet.
    return !mayHaveMore || (!receiving && loop.libc().peek(fd) == -Errno.EAGAIN);
  }

  @Override
  public boolean unread() {
    return !closed && (!inbox.isEmpty() || loop.libc().peek(fd) > 0);
  }

  // ---- sending

  @Override
  protected void transmit(Buffer b) {
    queue.add(b);
    sendNext();
  }

  private void sendNext() {
    if (sending || connecting || queue.isEmpty()) {
      return;
    }
    Buffer b = queue.peek();
    sending = true;
    pending++;
    loop.submissions().send(fd, id, b);
  }

  private void onSent(int result) {
    pending--;
    sending = false;
    if (closed) {
      return;
    }
    if (result < 0) {
      broken(-result);
      return;
    }
    if (result < queue.peek().size()) {
      queue.skip(result);
    } else {
      queue.poll().release();
    }
    if (queue.isEmpty()) {
      allSent();
    } else {
      sendNext();
    }
  }

  private void allSent() {
    if (closeWanted) {
      closeAndTell();
      return;
    }
    if (finWanted) {
      sendFin();
    }
    if (tellDrained) {
      tellDrained = false;
      handler.drained();
    }
    if (!closed && spliceSource != null) {
      stepSource();
    }
  }

  /**
   * Nothing more can be sent. What the peer sent before is still read, then the failure is told.
   */
  private void broken(int errno) {
    brokenErrno = errno;
    queue.clear();
    if (closeWanted) {
      closeAndTell();
    } else if ((spliceSource != null && !receiving) || inputEnded || paused) {
      // A receive that is under way reports the end by itself; here nobody would.
      loop.putOff(this);
    }
  }

  // ---- splice

  @Override
  protected void spliceBegins() {
    singles = SINGLE_RECEIVES;
    stopReceiving();
    while (!inbox.isEmpty() && splice.left() > 0) {
      bypass(inbox.poll());
    }
  }

  /** What was received before the receive stopped goes to the target the ordinary way. */
  private void bypass(Buffer b) {
    if (splice.left() == 0) {
      inbox.add(b);
      return;
    }
    int share = (int) Math.min(splice.left(), b.size());
    if (share < b.size()) {
      keepRest(b, share);
    }
    splice.bypassed(share);
    spliceTarget.send(b);
  }

  private void keepRest(Buffer b, int share) {
    Buffer rest = loop.takeBuffer();
    if (rest == null) {
      // Nothing may be lost silently: without memory for what follows the connection ends after
      // this message.
      inputErrno = Errno.ENOBUFS;
    } else {
      int n = b.size() - share;
      rest.copyFrom(b, b.from() + share, Buffer.HEADROOM, n);
      // Before what came later and waits there already.
      inbox.addFirst(rest.range(Buffer.HEADROOM, Buffer.HEADROOM + n));
    }
    b.range(b.from(), b.from() + share);
  }

  @Override
  protected void stepSplice() {
    UringConnection to = (UringConnection) spliceTarget;
    if (to.brokenErrno != 0) {
      if (!to.receiving) {
        to.fail(to.brokenErrno);
      }
      return;
    }
    if (receiving
        || pollingIn
        || to.pollingOut
        || to.sending
        || to.connecting
        || !to.queue.isEmpty()) {
      return;
    }
    if (inputErrno != 0) {
      fail(inputErrno);
      return;
    }
    switch (inputEnded ? Splice.Wait.ENDED : splice.step(loop.libc(), fd, to.fd)) {
      case SOURCE -> pollIn();
      case TARGET -> to.pollOut();
      case TURN -> loop.putOff(this);
      case ENDED -> {
        Splice ended = splice;
        endSplice();
        mayHaveMore = true;
        loop.putOff(this);
        ended.progress().transferEnded(ended.left());
      }
      case SOURCE_BROKE -> fail(splice.errno());
      case TARGET_BROKE -> to.broken(splice.errno());
    }
  }

  private void pollIn() {
    pollingIn = true;
    pending++;
    loop.submissions().pollIn(fd, id);
  }

  private void onPollIn() {
    pending--;
    pollingIn = false;
    if (!closed && splice != null) {
      stepSplice();
    }
  }

  private void pollOut() {
    pollingOut = true;
    pending++;
    loop.submissions().pollOut(fd, id);
  }

  private void onPollOut() {
    pending--;
    pollingOut = false;
    if (!closed && spliceSource != null) {
      stepSource();
    }
  }

  // ---- closing

  @Override
  public void closeAfterSend() {
    closeWanted = true;
    paused = false;
    inbox.clear();
    if (queue.isEmpty() || connecting) {
      closeAsWanted();
    } else if (!closed) {
      receive();
    }
  }

  /** All but the buffer that the kernel is sending from. */
  @Override
  protected void dropBuffers() {
    inbox.clear();
    Buffer inFlight = sending ? queue.poll() : null;
    queue.clear();
    if (inFlight != null) {
      queue.add(inFlight);
    }
  }

  @Override
  protected void letGo() {
    loop.closed();
    if (pending > 0) {
      loop.submissions().cancelAll(fd);
    }
    if (fd >= 0) {
      loop.submissions().close(fd);
    }
    if (pending == 0) {
      gone();
    }
  }
}
