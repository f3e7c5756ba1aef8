package io.steelyard.share.peers;

import io.steelyard.share.peers.HandshakeException.Reason;
import java.io.EOFException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Logs what is wrong with other nodes, and with those that only knock: each kind at most once in
 * {@link #EVERY_NS}, whoever it was, so that nobody can fill the log. Any thread.
 */
final class Complaints {
  private static final Logger LOG = System.getLogger("steelyard.share");
  private static final long EVERY_NS = 10_000_000_000L;

  private final Map<Reason, Long> lastNs = new EnumMap<>(Reason.class);
  private long namesLastNs = System.nanoTime() - EVERY_NS;

  /** What went wrong: not every failure of a connection has a message. */
  static String words(Exception e) {
    String message = e.getMessage();
    if (message != null && !message.isBlank()) {
      return message;
    }
    return switch (e) {
      case SocketTimeoutException _ -> "no answer in time";
      case EOFException _ -> "the other side closed the connection";
      case ClosedChannelException _ -> "the connection was closed";
      default -> e.getClass().getSimpleName();
    };
  }

  /** A connection failed before it was a link. */
  synchronized void about(Exception e, String whom) {
    long nowNs = System.nanoTime();
    Reason kind = e instanceof HandshakeException refused ? refused.reason() : Reason.CLOSED;
    Long last = lastNs.get(kind);
    if (last == null || nowNs - last >= EVERY_NS) {
      lastNs.put(kind, nowNs);
      LOG.log(Level.WARNING, whom + " was refused: " + words(e));
    }
  }

  /** The operator has given names, or bounds, that do not go together. */
  synchronized void aboutNames(String what) {
    long nowNs = System.nanoTime();
    if (nowNs - namesLastNs >= EVERY_NS) {
      namesLastNs = nowNs;
      LOG.log(Level.ERROR, what);
    }
  }
}
