package io.steelyard.share.peers;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Takes frames out of a stream. Frames of usual size go through buffers that stay; a longer one
 * gets arrays of its own, after its length was found good. For one thread.
 */
final class FrameReader {
  /** The longest plaintext that needs no array of its own. */
  static final int USUAL_BYTES = 64 << 10;

  private final FrameCipher cipher;
  private final byte[] sealed = new byte[USUAL_BYTES + FrameCipher.OVERHEAD_BYTES];
  private final byte[] plain = new byte[USUAL_BYTES];
  private int start;
  private int end;

  FrameReader(FrameCipher cipher) {
    this.cipher = cipher;
  }

  /**
   * The next frame's plaintext, in a buffer that the next call overwrites.
   *
   * @param bytesMax that the plaintext may have
   * @throws EOFException if the stream ends before it
   * @throws IOException if it is too long, or not what the other side has sealed
   */
  ByteBuffer next(InputStream in, int bytesMax) throws IOException {
    fill(in, FrameCipher.LENGTH_BYTES);
    int length = ByteBuffer.wrap(sealed).getInt(start);
    if (length < FrameCipher.TAG_BYTES || length - FrameCipher.TAG_BYTES > bytesMax) {
      throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    int whole = FrameCipher.LENGTH_BYTES + length;
    if (whole > sealed.length) {
      return nextLong(in, whole);
    }
    fill(in, whole);
    int from = start;
    start += whole;
    return ByteBuffer.wrap(plain, 0, cipher.open(sealed, from, length, plain));
  }

  private ByteBuffer nextLong(InputStream in, int whole) throws IOException {
    byte[] frame = new byte[whole];
    int here = end - start;
    System.arraycopy(sealed, start, frame, 0, here);
    start = 0;
    end = 0;
    if (in.readNBytes(frame, here, whole - here) < whole - here) {
      throw new EOFException("the connection was closed within a frame");
    }
    byte[] opened = new byte[whole - FrameCipher.OVERHEAD_BYTES];
    int length = cipher.open(frame, 0, whole - FrameCipher.LENGTH_BYTES, opened);
    return ByteBuffer.wrap(opened, 0, length);
  }

  /** Reads until {@code bytes} lie in a row from {@link #start} on, at most the buffer's length. */
  private void fill(InputStream in, int bytes) throws IOException {
    if (sealed.length - start < bytes) {
      System.arraycopy(sealed, start, sealed, 0, end - start);
      end -= start;
      start = 0;
    }
    while (end - start < bytes) {
      int n = in.read(sealed, end, sealed.length - end);
      if (n < 0) {
        String where = end == start ? "" : " within a frame";
        throw new EOFException("the connection was closed" + where);
      }
      end += n;
    }
  }
}
