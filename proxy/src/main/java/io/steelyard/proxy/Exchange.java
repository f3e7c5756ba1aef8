package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.ChunkedBody;
import io.steelyard.wire.http1.RequestHead;

/**
 * One request and what has become of it so far. Used again for the next request of its connection.
 */
final class Exchange {
  /** The body goes on until its framing says so. */
  static final long CHUNKED = -1;

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
  boolean spliceRefused;
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

  void begin(RequestHead head, long nowNs) {
    headMethod = head.head();
    idempotent = head.idempotent();
    upgrade = head.upgrade();
    expectContinue = head.expectContinue();
    clientMinor = head.minor();
    closeClient = head.close();
    hasBody = head.hasBody();
    spliceRefused = false;
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
}
