package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.HandshakeException.Reason;
import io.steelyard.share.peers.Opening.Role;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection between two nodes that have proved to each other that they have one of the cluster's
 * secrets, for frames that nobody else can read, change, repeat or leave out. What was recorded
 * cannot be read with a secret that leaks later. {@link Handshake} draws how that comes about.
 *
 * <pre>
 *   connected -- handshake --> open -- any failure, or close() --> closed
 *       |                                                             ^
 *       +--------- refused, too slow, closed by the other side -------+
 * </pre>
 *
 * <p>One thread receives; any number may send, one after the other; any may close, which ends what
 * blocks. Who can cut the wire can also end the stream between two frames without being noticed:
 * the end of a channel says nothing about what the other side still wanted to say.
 */
public final class SecureChannel implements Closeable {
  /** The longest plaintext of a frame, in bytes. */
  public static final int FRAME_BYTES_MAX = 1 << 20;

  /** The longest hello, in bytes. */
  public static final int HELLO_BYTES_MAX = 4 << 10;

  /** What a frame is longer on the wire than its plaintext, in bytes. */
  public static final int OVERHEAD_BYTES = FrameCipher.OVERHEAD_BYTES;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final ReentrantLock writing = new ReentrantLock();
  private final FrameCipher sealing;
  private final FrameReader reader;
  private final byte[] usual = new byte[FrameReader.USUAL_BYTES + OVERHEAD_BYTES];
  private byte[] peerHello = new byte[0];
  private volatile boolean closed;

  private SecureChannel(Socket socket, Handshake.Keys keys) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.sealing = FrameCipher.sealing(keys.sending());
    this.reader = new FrameReader(FrameCipher.opening(keys.receiving()));
  }

  /**
   * Opens a channel on a connection that this node has made; blocks until the other side has proved
   * itself, or is refused, which closes the socket.
   *
   * @param socket connected, blocking, not used for anything yet
   * @param keys of which the two sides must share one
   * @param hello what the other side is to know of this one, at most {@link #HELLO_BYTES_MAX}
   * @param deadline for all of it, from now on
   * @throws HandshakeException says why the other side is refused
   * @throws IllegalArgumentException if {@code hello} is too long
   */
  public static SecureChannel dial(Socket socket, Keyring keys, byte[] hello, Duration deadline)
      throws HandshakeException {
    return open(Role.DIALLER, socket, keys, hello, deadline);
  }

  /** Opens a channel on a connection that another node has made; else as {@link #dial}. */
  public static SecureChannel accept(Socket socket, Keyring keys, byte[] hello, Duration deadline)
      throws HandshakeException {
    return open(Role.ACCEPTOR, socket, keys, hello, deadline);
  }

  private static SecureChannel open(
      Role role, Socket socket, Keyring keys, byte[] hello, Duration deadline)
      throws HandshakeException {
    if (hello.length > HELLO_BYTES_MAX) {
      throw new IllegalArgumentException("a hello of " + hello.length + " bytes");
    }
    boolean proven = false;
    try {
      SecureChannel channel = shake(role, socket, keys, hello, deadline);
      proven = true;
      return channel;
    } catch (HandshakeException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      throw new HandshakeException(Reason.SLOW, e);
    } catch (IOException e) {
      throw new HandshakeException(Reason.CLOSED, e);
    } finally {
      if (!proven) {
        closeQuietly(socket);
      }
    }
  }

  private static SecureChannel shake(
      Role role, Socket socket, Keyring keys, byte[] hello, Duration deadline) throws IOException {
    socket.setTcpNoDelay(true);
    InputStream in = new DeadlineInput(socket, deadline);
    // All that is written until the other side answers fits into the smallest buffer of a socket.
    OutputStream out = socket.getOutputStream();
    Handshake.Keys agreed =
        role == Role.DIALLER ? Handshake.dial(in, out, keys) : Handshake.accept(in, out, keys);
    SecureChannel channel = new SecureChannel(socket, agreed);
    channel.send(ByteBuffer.wrap(hello));
    channel.peerHello = channel.proof(in);
    socket.setSoTimeout(0);
    return channel;
  }

  private byte[] proof(InputStream in) throws IOException {
    try {
      ByteBuffer plain = reader.next(in, HELLO_BYTES_MAX);
      byte[] copy = new byte[plain.remaining()];
      plain.get(copy);
      return copy;
    } catch (EOFException | SocketTimeoutException | SocketException e) {
      throw e;
    } catch (IOException e) {
      throw new HandshakeException(Reason.NOT_PROVEN, e);
    }
  }

  /** What the other side said of itself, proved to come from one who has the secret; a copy. */
  public byte[] peerHello() {
    return peerHello.clone();
  }

  /** The other side's address, null when it was never known. */
  public SocketAddress remote() {
    return socket.getRemoteSocketAddress();
  }

  /**
   * How long {@link #receive} waits for the next bytes; without end if never set.
   *
   * @param limit at least a millisecond
   */
  public void readTimeout(Duration limit) throws IOException {
    socket.setSoTimeout(Math.toIntExact(Math.max(1, limit.toMillis())));
  }

  /**
   * Sends one frame; blocks while the other side takes nothing, until it does or somebody closes.
   *
   * @param plaintext at most {@link #FRAME_BYTES_MAX} bytes, read to its end
   * @throws IOException if it could not be sent; the channel is closed then
   * @throws IllegalArgumentException if it is too long
   */
  public void send(ByteBuffer plaintext) throws IOException {
    if (plaintext.hasArray()) {
      int from = plaintext.arrayOffset() + plaintext.position();
      send(plaintext.array(), from, plaintext.remaining());
      plaintext.position(plaintext.limit());
    } else {
      byte[] copy = new byte[checked(plaintext.remaining())];
      plaintext.get(copy);
      send(copy, 0, copy.length);
    }
  }

  /** Sends {@code length} bytes of an array as one frame; else as {@link #send(ByteBuffer)}. */
  public void send(byte[] plaintext, int from, int length) throws IOException {
    checked(length);
    writing.lock();
    try {
      byte[] frame = length <= FrameReader.USUAL_BYTES ? usual : new byte[length + OVERHEAD_BYTES];
      out.write(frame, 0, sealing.seal(plaintext, from, length, frame));
    } catch (IOException e) {
      close();
      throw e;
    } finally {
      writing.unlock();
    }
  }

  private static int checked(int length) {
    if (length > FRAME_BYTES_MAX) {
      throw new IllegalArgumentException("a frame of " + length + " bytes");
    }
    return length;
  }

  /**
   * Waits for the next frame. One thread.
   *
   * @return its plaintext, in a buffer that the next call overwrites
   * @throws EOFException if the other side has closed
   * @throws SocketTimeoutException if it was silent for as long as {@link #readTimeout} says
   * @throws IOException if what came is not the next frame of the other side; in all three cases
   *     the channel is closed
   */
  public ByteBuffer receive() throws IOException {
    if (closed) {
      // Frames that had come in by then are as lost as those that had not.
      throw new EOFException("the channel is closed");
    }
    try {
      return reader.next(in, FRAME_BYTES_MAX);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Closes the connection, whatever is under way on it; at once. */
  @Override
  public void close() {
    closed = true;
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing more to lose with it.
    }
  }
}
