package io.steelyard.share.peers;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Reads from a socket until a point in time, however slowly the bytes come in. For one thread. */
final class DeadlineInput extends InputStream {
  private static final long MS_NS = 1_000_000;

  private final Socket socket;
  private final InputStream in;
  private final long startNs = System.nanoTime();
  private final long allowedNs;

  DeadlineInput(Socket socket, Duration allowed) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.allowedNs = allowed.toNanos();
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    long leftNs = allowedNs - (System.nanoTime() - startNs);
    if (leftNs <= 0) {
      throw new SocketTimeoutException("time is up");
    }
    // Rounded up: zero would mean to wait without end.
    socket.setSoTimeout(Math.toIntExact((leftNs + MS_NS - 1) / MS_NS));
    return in.read(into, from, length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }
}
