package io.steelyard.net;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;

/**
 * One transfer from socket to socket through a pipe, step by step, whatever tells when to step.
 *
 * <pre>
 *            source readable                      target writable
 *   EMPTY  ------------------>  bytes in pipe  ------------------>  EMPTY ... left == 0 or the source ended: ENDED
 * </pre>
 *
 * Only an empty pipe is filled, so "would block" on the way in always means that the source has
 * nothing.
 */
@SuppressWarnings("exports") // Libc is for the transports, which are of this module
public final class Splice {
  /** What has to happen before the next step makes sense. */
  public enum Wait {
    /** The source becomes readable. */
    SOURCE,
    /** The target becomes writable. */
    TARGET,
    /** Nothing: there is more to do, but others should have their turn first. */
    TURN,
    /** It is over; {@link #left()} says how many bytes were not moved. */
    ENDED,
    /** The source broke; {@link #errno()} says why. */
    SOURCE_BROKE,
    /** The target broke; {@link #errno()} says why. */
    TARGET_BROKE
  }

  private static final int ROUNDS_PER_TURN = 4;
  private static final int FLAGS = Abi.SPLICE_F_MOVE | Abi.SPLICE_F_NONBLOCK;

  private final Pipe pipe;
  private final boolean untilDry;
  private final TransferHandler progress;
  private long left;
  private int inPipe;
  private int errno;

  public Splice(Pipe pipe, long bytes, boolean untilDry, TransferHandler progress) {
    this.pipe = pipe;
    this.left = bytes;
    this.untilDry = untilDry;
    this.progress = progress;
  }

  public Pipe pipe() {
    return pipe;
  }

  public boolean pipeEmpty() {
    return inPipe == 0;
  }

  public long left() {
    return left;
  }

  /** Bytes that went past the pipe: they were read before the transfer began. */
  public void bypassed(long bytes) {
    left -= bytes;
    progress.transferred(bytes);
  }

  public int errno() {
    return errno;
  }

  public TransferHandler progress() {
    return progress;
  }

  /** Moves what can be moved now. */
  public Wait step(Libc libc, int sourceFd, int targetFd) {
    for (int round = 0; round < ROUNDS_PER_TURN; round++) {
      if (inPipe == 0) {
        Wait w = fill(libc, sourceFd);
        if (w != null) {
          return w;
        }
      }
      int n = libc.splice(pipe.readFd(), targetFd, inPipe, FLAGS);
      if (n < 0) {
        if (n == -Errno.EAGAIN) {
          progress.stalled();
          return Wait.TARGET;
        }
        errno = -n;
        return Wait.TARGET_BROKE;
      }
      inPipe -= n;
      progress.delivered();
      if (inPipe > 0) {
        progress.stalled();
        return Wait.TARGET;
      }
    }
    return left == 0 ? Wait.ENDED : Wait.TURN;
  }

  /** Null when there is something in the pipe. */
  private Wait fill(Libc libc, int sourceFd) {
    if (left == 0) {
      return Wait.ENDED;
    }
    int n = libc.splice(sourceFd, pipe.writeFd(), Math.min(left, pipe.capacity()), FLAGS);
    if (n > 0) {
      inPipe = n;
      left -= n;
      progress.transferred(n);
      return null;
    }
    if (n == -Errno.EAGAIN) {
      return untilDry ? Wait.ENDED : Wait.SOURCE;
    }
    errno = -n;
    return n == 0 ? Wait.ENDED : Wait.SOURCE_BROKE;
  }
}
