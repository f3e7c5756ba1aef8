package io.steelyard.admin;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream to which what was read too far is given back. Unlike {@link java.io.PushbackInputStream}
 * it waits for nothing more while there is some of that. One thread.
 */
final class RewindInput extends InputStream {
  private final InputStream in;
  private byte[] back = new byte[0];
  private int at;

  RewindInput(InputStream in) {
    this.in = in;
  }

  /** Is read before all else; what was given back before must have been read. */
  void giveBack(byte[] bytes) {
    if (at < back.length) {
      throw new IllegalStateException("what was given back is not read yet");
    }
    back = bytes;
    at = 0;
  }

  @Override
  public int read() throws IOException {
    return at < back.length ? back[at++] & 0xff : in.read();
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (at == back.length) {
      return in.read(to, from, length);
    }
    int n = Math.min(length, back.length - at);
    System.arraycopy(back, at, to, from, n);
    at += n;
    return n;
  }
}
