package io.steelyard.proxy;

import io.steelyard.core.session.StickyResult;
import io.steelyard.wire.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * What one line of the access log says of an exchange, a tunnel or a refusal. What it needs of a
 * request's head is copied, cut at a bound: the head's bytes are gone when the line is written.
 */
final class LogRecord {
  /** A duration of what never came to pass. */
  static final long NEVER = -1;

  private static final int METHOD_MAX = 32;
  private static final int HOST_MAX = 256;
  private static final int PATH_MAX = 1024;
  private static final int REFERER_MAX = 512;
  private static final int AGENT_MAX = 256;
  private static final int ALL_MAX = METHOD_MAX + HOST_MAX + PATH_MAX + REFERER_MAX + AGENT_MAX;

  private static final byte[] REFERER = "referer".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USER_AGENT = "user-agent".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /** Method, host, path with query, referer, user agent; each ends where the next begins. */
  final byte[] bytes;

  int methodTo;
  int hostTo;
  int pathTo;
  int refererTo;
  int agentTo;

  byte[] id = NOTHING;
  int idLength;
  int minor;
  LogAddress client;
  long startNs;
  int status;

  /** Null before a route was found. */
  String pool;

  PoolCounters poolCounters;

  /** The one that was tried last; null before one was. */
  LoopServer server;

  /** What became of its session; null when its pool has none. */
  StickyResult sticky;

  int attempts;

  /** Bodies' bytes, or a tunnel's. */
  long requestBytes;

  long responseBytes;

  /** The response's head. */
  long headBytes;

  long queueNs;

  /** The last try's; 0 on a connection that was there. */
  long connectNs;

  /** From the request's head to the response's. */
  long firstByteNs;

  /** From the request's sending to the response's head. */
  long serverNs;

  long totalNs;
  Side endedBy = Side.NONE;

  /** Null when all is complete. */
  String cause;

  /** Whether something was cut off or refused, not just ended. */
  boolean broken;

  private LogRecord(int bytesMax) {
    bytes = new byte[bytesMax];
  }

  /** For requests: it may be used again and again. */
  static LogRecord http() {
    return new LogRecord(ALL_MAX);
  }

  /** For what has no request that could be read. */
  static LogRecord tcp() {
    LogRecord r = new LogRecord(0);
    r.clear();
    return r;
  }

  /** Nothing is known yet. */
  LogRecord clear() {
    methodTo = 0;
    hostTo = 0;
    pathTo = 0;
    refererTo = 0;
    agentTo = 0;
    idLength = 0;
    status = 0;
    pool = null;
    poolCounters = null;
    server = null;
    sticky = null;
    attempts = 0;
    requestBytes = 0;
    responseBytes = 0;
    headBytes = 0;
    queueNs = NEVER;
    connectNs = NEVER;
    firstByteNs = NEVER;
    serverNs = NEVER;
    endedBy = Side.NONE;
    cause = null;
    broken = false;
    return this;
  }

  /** A request has come. */
  LogRecord begin(RequestHead head, byte[] in, boolean combined) {
    clear();
    minor = head.minor();
    methodTo = copy(in, head.methodFrom(), head.methodTo(), 0, METHOD_MAX);
    hostTo = copy(in, head.authorityFrom(), head.authorityTo(), methodTo, HOST_MAX);
    pathTo = path(head, in);
    refererTo = pathTo;
    agentTo = pathTo;
    if (combined) {
      refererTo = head.copyField(REFERER, bytes, pathTo, REFERER_MAX);
      agentTo = head.copyField(USER_AGENT, bytes, refererTo, AGENT_MAX);
    }
    return this;
  }

  private int path(RequestHead head, byte[] in) {
    if (head.connect()) {
      return copy(in, head.authorityFrom(), head.authorityTo(), hostTo, PATH_MAX);
    }
    if (head.pathFrom() == head.pathTo()) {
      bytes[hostTo] = '/';
      return hostTo + 1;
    }
    return copy(in, head.pathFrom(), head.pathTo(), hostTo, PATH_MAX);
  }

  private int copy(byte[] in, int from, int to, int at, int max) {
    int n = Math.min(to - from, max);
    System.arraycopy(in, from, bytes, at, n);
    return at + n;
  }

  /** Whether there was a request that could be read. */
  boolean request() {
    return methodTo > 0;
  }

  /** How it ended; the first word counts. */
  void end(Side side, String why) {
    endedBy = side;
    cause = why;
  }

  /** What has become of the exchange up to now. */
  void follow(Exchange x, long nowNs) {
    id = x.id;
    idLength = x.idLength;
    startNs = x.startNs;
    status = x.status;
    LoopPool to = x.place.pool();
    pool = to == null ? null : to.pool().name();
    poolCounters = to == null ? null : to.counters();
    server = x.place.server();
    sticky = x.place.bond().result;
    attempts = x.place.retries().attempts();
    requestBytes = x.requestBytes;
    responseBytes = x.responseBytes;
    headBytes = x.headBytes;
    queueNs = server == null && x.place.queuedNs() == 0 ? NEVER : x.place.queuedNs();
    connectNs = x.connectNs;
    firstByteNs = x.firstByteNs == 0 ? NEVER : x.firstByteNs - x.startNs;
    serverNs = x.firstByteNs == 0 ? NEVER : x.firstByteNs - x.sentNs;
    totalNs = nowNs - x.startNs;
    end(x.endedBy, x.cause);
    broken = x.endedBy != Side.NONE;
  }
}
