package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.ChunkedBody;
import io.steelyard.wire.http1.RequestHead;

/**
 * How much of a request's body is still to come from its client. Used again for the next request.
 * Loop thread only.
 */
final class RequestBody {
  /** The body goes on until its framing says so. */
  private static final long CHUNKED = -1;

  private long left;
  private ChunkedBody chunks;

  void begin(RequestHead head) {
    left = head.contentLength();
    if (left == CHUNKED) {
      if (chunks == null) {
        chunks = new ChunkedBody();
      }
      chunks.reset();
    }
  }

  /** Whether all of it has come. */
  boolean done() {
    return left == 0;
  }

  /** The bytes that are still to come; negative when that is not known. */
  long left() {
    return left;
  }

  /** Some were carried past this class. */
  void left(long bytes) {
    left = bytes;
  }

  /** Takes the body off the buffer, of which nobody makes use, if all of it is there. */
  void drop(Buffer b) {
    if (left > 0 && left <= b.size()) {
      b.skip((int) left);
      left = 0;
    }
  }

  /**
   * Takes note of what came.
   *
   * @param scratch to look at bytes in; as large as a buffer
   * @return the bytes of the buffer that belong to the body; -1 when they are malformed
   */
  int share(Buffer b, byte[] scratch) {
    if (left == 0) {
      return 0;
    }
    if (left > 0) {
      int share = (int) Math.min(b.size(), left);
      left -= share;
      return share;
    }
    int end = Chunks.scan(chunks, b, scratch);
    if (end < 0) {
      return -1;
    }
    if (chunks.done()) {
      left = 0;
    }
    return end - b.from();
  }
}
