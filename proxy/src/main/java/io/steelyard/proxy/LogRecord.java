package io.steelyard.proxy;

import io.steelyard.wire.http1.RequestHead;

/**
 * What the access log will need of a request's head after its bytes are gone: copies, cut at a
 * bound.
 */
final class LogRecord {
  private static final int METHOD_MAX = 32;
  private static final int HOST_MAX = 256;
  private static final int PATH_MAX = 1024;
  private static final int ID_MAX = 128;

  private final byte[] bytes = new byte[METHOD_MAX + HOST_MAX + PATH_MAX + ID_MAX];
  private int methodTo;
  private int hostTo;
  private int pathTo;
  private int idTo;

  LogRecord begin(RequestHead head, byte[] in) {
    methodTo = copy(in, head.methodFrom(), head.methodTo(), 0, METHOD_MAX);
    hostTo = copy(in, head.authorityFrom(), head.authorityTo(), methodTo, HOST_MAX);
    pathTo = copy(in, head.pathFrom(), head.pathTo(), hostTo, PATH_MAX);
    idTo = pathTo;
    return this;
  }

  void requestId(RequestHead head) {
    idTo = head.copyRequestId(bytes, pathTo);
  }

  private int copy(byte[] in, int from, int to, int at, int max) {
    int n = Math.min(to - from, max);
    System.arraycopy(in, from, bytes, at, n);
    return at + n;
  }

  byte[] bytes() {
    return bytes;
  }

  int methodTo() {
    return methodTo;
  }

  int hostTo() {
    return hostTo;
  }

  int pathTo() {
    return pathTo;
  }

  int idTo() {
    return idTo;
  }
}
