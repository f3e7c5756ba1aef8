package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/** What the Connection fields of one message say (RFC 9110 7.6.1). Reused from head to head. */
final class ConnectionOptions {
  /** More nominations than this are refused: each costs a look at every field. */
  private static final int NOMINATED_MAX = 32;

  private static final byte[] CLOSE = "close".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(StandardCharsets.US_ASCII);

  boolean close;
  boolean keepAlive;
  boolean upgrade;
  private final int[] nominated = new int[2 * NOMINATED_MAX];
  private int nominatedSize;

  void reset() {
    close = false;
    keepAlive = false;
    upgrade = false;
    nominatedSize = 0;
  }

  /** Adds the options of one field value; false when it is not a list of tokens. */
  boolean read(byte[] in, int from, int to) {
    int p = from;
    while (p < to) {
      int begin = Scan.skipBlanks(in, p, to);
      int end = Scan.tokenEnd(in, begin, to);
      int comma = Scan.skipBlanks(in, end, to);
      if (comma < to && in[comma] != ',') {
        return false;
      }
      if (end > begin && !option(in, begin, end)) {
        return false;
      }
      p = comma + 1;
    }
    return true;
  }

  private boolean option(byte[] in, int from, int to) {
    if (Scan.same(in, from, to, KEEP_ALIVE)) {
      keepAlive = true;
      return true;
    }
    if (Scan.same(in, from, to, CLOSE)) {
      close = true;
      return true;
    }
    switch (FieldName.of(in, from, to)) {
      case FieldName.UPGRADE -> upgrade = true;
      // Dropped anyway.
      case FieldName.TE, FieldName.CONNECTION, FieldName.PROXY_CONNECTION -> {}
      // Framing and routing are not the sender's to take away from the next hop.
      case FieldName.HOST, FieldName.CONTENT_LENGTH, FieldName.TRANSFER_ENCODING -> {}
      default -> {
        return nominate(from, to);
      }
    }
    return true;
  }

  private boolean nominate(int from, int to) {
    if (nominatedSize == nominated.length) {
      return false;
    }
    nominated[nominatedSize++] = from;
    nominated[nominatedSize++] = to;
    return true;
  }

  boolean nominatesAny() {
    return nominatedSize != 0;
  }

  boolean nominates(byte[] in, int from, int to) {
    for (int i = 0; i < nominatedSize; i += 2) {
      if (Scan.same(in, from, to, nominated[i], nominated[i + 1])) {
        return true;
      }
    }
    return false;
  }
}
