package io.steelyard.admin;

import io.steelyard.wire.http1.ChunkedBody;
import io.steelyard.wire.http1.Http1;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The body of a request, with a length or in chunks (RFC 9112 sections 6.2 and 7.1). */
final class PlainBody extends InputStream {
  private final InputStream in;
  private final boolean chunked;
  private final ChunkedBody chunks = new ChunkedBody();
  private final byte[] buffer = new byte[8 * 1024];
  private OutputStream awaited;
  private Runnable begins = () -> {};
  private Runnable ends = () -> {};
  private long left;
  private int at;
  private int end;

  /**
   * @param length -1 for chunks
   * @param awaited who waits for a 100 before the first byte; null for nobody
   */
  PlainBody(InputStream in, long length, OutputStream awaited) {
    this.in = in;
    this.chunked = length < 0;
    this.left = Math.max(length, 0);
    this.awaited = awaited;
    chunks.reset();
  }

  /** Has the time bounded that it takes: {@code begin} before the first byte, then {@code end}. */
  void within(Runnable begin, Runnable end) {
    begins = begin;
    ends = end;
  }

  /** Whether nothing of it is left unread, and what follows it is still in the stream. */
  boolean consumed() {
    return !chunked && left == 0;
  }

  /** Reads no more. */
  @Override
  public void close() {
    ends.run();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    begins.run();
    begins = () -> {};
    goOn();
    int n = chunked ? readChunks(to, from, length) : readLeft(to, from, length);
    if (chunked ? n < 0 : left == 0) {
      ends.run();
    }
    return n;
  }

  private void goOn() throws IOException {
    if (awaited != null) {
      awaited.write(Http1.continueResponse());
      awaited.flush();
      awaited = null;
    }
  }

  private int readLeft(byte[] to, int from, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int n = in.read(to, from, (int) Math.min(length, left));
    if (n < 0) {
      throw new EOFException("in the midst of a body");
    }
    left -= n;
    return n;
  }

  private int readChunks(byte[] to, int from, int length) throws IOException {
    while (!chunks.done()) {
      if (at == end) {
        at = 0;
        end = in.read(buffer);
        if (end <= 0) {
          end = 0;
          throw new EOFException("in the midst of a body");
        }
      }
      // No more than there is room for: what follows stays in the buffer.
      at = chunks.next(buffer, at, Math.min(end, at + length));
      if (chunks.bad()) {
        throw new IOException("the chunks of a body are malformed");
      }
      int n = chunks.dataTo() - chunks.dataFrom();
      if (n > 0) {
        System.arraycopy(buffer, chunks.dataFrom(), to, from, n);
        return n;
      }
    }
    return -1;
  }
}
