package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A connection over loopback, and what may happen to bytes on the way. */
record Wire(Socket dialler, Socket acceptor) implements AutoCloseable {
  static final Duration DEADLINE = Duration.ofSeconds(10);

  static Wire connect() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket dialler = new Socket(server.getInetAddress(), server.getLocalPort());
      return new Wire(dialler, server.accept());
    }
  }

  /** One secret for each number. */
  static Keyring keys(int... fills) {
    List<byte[]> secrets = new ArrayList<>();
    for (int fill : fills) {
      byte[] secret = new byte[Keyring.SECRET_BYTES_MIN];
      Arrays.fill(secret, (byte) fill);
      secrets.add(secret);
    }
    return Keyring.of(secrets);
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Runs in a thread of its own. */
  static <T> CompletableFuture<T> start(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            result.complete(work.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** The two ends of a channel. */
  record Channels(SecureChannel dialler, SecureChannel acceptor) implements AutoCloseable {
    @Override
    public void close() {
      dialler.close();
      acceptor.close();
    }
  }

  CompletableFuture<SecureChannel> dial(Keyring keys) {
    return start(() -> SecureChannel.dial(dialler, keys, text("dialler"), DEADLINE));
  }

  CompletableFuture<SecureChannel> accept(Keyring keys) {
    return start(() -> SecureChannel.accept(acceptor, keys, text("acceptor"), DEADLINE));
  }

  Channels channels(Keyring keys) {
    CompletableFuture<SecureChannel> accepted = accept(keys);
    return new Channels(dial(keys).join(), accepted.join());
  }

  @Override
  public void close() throws IOException {
    dialler.close();
    acceptor.close();
  }

  /** A socket whose incoming bytes somebody changes. */
  static Socket changed(Socket real, UnaryOperator<InputStream> change) throws IOException {
    return new ChangedSocket(real, change.apply(real.getInputStream()), real.getOutputStream());
  }

  /** A socket whose outgoing bytes somebody writes down. */
  static Socket recorded(Socket real, ByteArrayOutputStream record) throws IOException {
    OutputStream out = real.getOutputStream();
    OutputStream both =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            record.write(bytes, from, length);
            out.write(bytes, from, length);
          }
        };
    return new ChangedSocket(real, real.getInputStream(), both);
  }

  /** Changes the byte at an offset of the stream by exclusive or. */
  static final class Flip extends FilterInputStream {
    private final long at;
    private final int by;
    private long offset;

    Flip(InputStream in, long at, int by) {
      super(in);
      this.at = at;
      this.by = by;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = super.read(into, from, length);
      if (at >= offset && at < offset + n) {
        into[(int) (from + at - offset)] ^= (byte) by;
      }
      offset += Math.max(0, n);
      return n;
    }
  }

  private static final class ChangedSocket extends Socket {
    private final Socket real;
    private final InputStream in;
    private final OutputStream out;

    ChangedSocket(Socket real, InputStream in, OutputStream out) {
      this.real = real;
      this.in = in;
      this.out = out;
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }

    @Override
    public void setSoTimeout(int ms) throws SocketException {
      real.setSoTimeout(ms);
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
      real.setTcpNoDelay(on);
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
      return real.getRemoteSocketAddress();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
