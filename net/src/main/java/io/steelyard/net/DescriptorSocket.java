package io.steelyard.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A connection to another process of this host that carries messages and, with them, descriptors of
 * open files (unix(7): SOCK_SEQPACKET, SCM_RIGHTS). A message arrives whole or not at all. Calls
 * block, on no more than a platform thread of their own; one thread at a time, but for {@link
 * #close}.
 */
public final class DescriptorSocket implements AutoCloseable {
  /** Of a message; below what a socket's buffer has room for by default (212,992 bytes). */
  public static final int BYTES_MAX = 64 * 1024;

  /** With one message; the kernel's own limit is 253 (SCM_MAX_FD). */
  public static final int DESCRIPTORS_MAX = 64;

  /** struct msghdr on 64-bit Linux. */
  private static final int MSGHDR_BYTES = 56;

  private static final int CMSG_HEADER_BYTES = 16;

  private final Libc libc = new Libc();
  private final int fd;
  private boolean closed;

  private DescriptorSocket(int fd) {
    this.fd = fd;
  }

  /**
   * What was received.
   *
   * @param descriptors belong to the receiver, who closes them
   */
  public record Message(ByteBuffer bytes, List<Integer> descriptors) {}

  /**
   * Connects.
   *
   * @param patience for this and for each call that follows
   * @return empty when nobody listens there
   * @throws IOException saying what else is in the way
   */
  public static Optional<DescriptorSocket> connect(Path path, Duration patience)
      throws IOException {
    Libc libc = new Libc();
    Sockaddr to = Sockaddr.of(UnixDomainSocketAddress.of(path));
    int fd = libc.socket(Abi.AF_UNIX, Abi.SOCK_SEQPACKET | Abi.SOCK_CLOEXEC, 0);
    demand(fd, "socket");
    patient(libc, fd, patience);
    int r = libc.connectBlocking(fd, to.memory(), to.bytes());
    if (r == 0) {
      return Optional.of(new DescriptorSocket(fd));
    }
    libc.close(fd);
    if (r == -Errno.ENOENT || r == -Errno.ECONNREFUSED) {
      return Optional.empty();
    }
    throw new IOException("cannot connect to " + path + ": " + Errno.text(-r));
  }

  /** Waits for others to connect to a path. Made, used and closed by one thread at a time. */
  public static final class Listening implements AutoCloseable {
    private static final int BACKLOG = 4;

    private final Libc libc = new Libc();
    private final int fd;

    private Listening(int fd) {
      this.fd = fd;
    }

    /**
     * Makes a socket's file.
     *
     * @throws IOException also when there is something already
     */
    public static Listening at(Path path) throws IOException {
      Libc libc = new Libc();
      Sockaddr to = Sockaddr.of(UnixDomainSocketAddress.of(path));
      int fd = libc.socket(Abi.AF_UNIX, Abi.SOCK_SEQPACKET | Abi.SOCK_CLOEXEC, 0);
      demand(fd, "socket");
      try {
        demand(libc.bind(fd, to.memory(), to.bytes()), "bind " + path);
        demand(libc.listen(fd, BACKLOG), "listen");
        return new Listening(fd);
      } catch (IOException e) {
        libc.close(fd);
        throw e;
      }
    }

    /**
     * The next one who connects; empty when nobody has in time.
     *
     * @param patience of each call on what is returned
     */
    public Optional<DescriptorSocket> accept(Duration atMost, Duration patience)
        throws IOException {
      demand(libc.timeout(fd, Abi.SO_RCVTIMEO, atMost.toMillis()), "SO_RCVTIMEO");
      int accepted = libc.acceptBlocking(fd, Abi.SOCK_CLOEXEC);
      if (accepted == -Errno.EAGAIN
          || accepted == -Errno.EINTR
          || accepted == -Errno.ECONNABORTED) {
        return Optional.empty();
      }
      demand(accepted, "accept");
      patient(libc, accepted, patience);
      return Optional.of(new DescriptorSocket(accepted));
    }

    /** Leaves the file. */
    @Override
    public void close() {
      libc.close(fd);
    }
  }

  /** Whether the other process is one of this user, or of root, as the kernel says. */
  public boolean isTrusted() {
    int user = libc.peerUser(fd);
    return user == 0 || (user > 0 && user == libc.user());
  }

  /** How long each call may take from now on. */
  public void patience(Duration patience) throws IOException {
    patient(libc, fd, patience);
  }

  private static void patient(Libc libc, int fd, Duration patience) throws IOException {
    long ms = Math.max(1, patience.toMillis());
    demand(libc.timeout(fd, Abi.SO_RCVTIMEO, ms), "SO_RCVTIMEO");
    demand(libc.timeout(fd, Abi.SO_SNDTIMEO, ms), "SO_SNDTIMEO");
  }

  /**
   * Sends a message; the other process gets descriptors of its own.
   *
   * @throws IOException if it cannot be sent in time, or the other one is gone
   */
  public void send(byte[] bytes, int... descriptors) throws IOException {
    if (bytes.length == 0 || bytes.length > BYTES_MAX || descriptors.length > DESCRIPTORS_MAX) {
      throw new IllegalArgumentException(
          bytes.length + " bytes, " + descriptors.length + " descriptors");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = message(arena, arena.allocateFrom(JAVA_BYTE, bytes));
      if (descriptors.length > 0) {
        control(arena, message, descriptors);
      }
      int sent = libc.sendmsgBlocking(fd, message, Abi.MSG_NOSIGNAL);
      demand(sent, "send");
      if (sent < bytes.length) {
        throw new IOException("sent " + sent + " of " + bytes.length + " bytes");
      }
    }
  }

  /**
   * The next message; empty when the other one has closed.
   *
   * @throws IOException if none comes in time, or what comes is too long
   */
  public Optional<Message> receive() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(BYTES_MAX);
      MemorySegment message = message(arena, bytes);
      control(arena, message, new int[DESCRIPTORS_MAX]);
      int n = libc.recvmsgBlocking(fd, message, Abi.MSG_CMSG_CLOEXEC);
      if (n == -Errno.ECONNRESET) {
        return Optional.empty();
      }
      if (n == -Errno.EAGAIN) {
        throw new IOException("nothing has come in time");
      }
      demand(n, "receive");
      int[] descriptors = descriptors(message);
      if ((message.get(JAVA_INT, 48) & (Abi.MSG_TRUNC | Abi.MSG_CTRUNC)) != 0) {
        Arrays.stream(descriptors).forEach(libc::close);
        throw new IOException("a message that is too long");
      }
      return n == 0
          ? Optional.empty()
          : Optional.of(new Message(copy(bytes, n), Arrays.stream(descriptors).boxed().toList()));
    }
  }

  private static ByteBuffer copy(MemorySegment bytes, int n) {
    return ByteBuffer.wrap(bytes.asSlice(0, n).toArray(JAVA_BYTE));
  }

  /** A struct msghdr with one iovec. */
  private static MemorySegment message(Arena arena, MemorySegment bytes) {
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(JAVA_LONG, 0, bytes.address());
    vector.set(JAVA_LONG, 8, bytes.byteSize());
    MemorySegment message = arena.allocate(MSGHDR_BYTES, 8);
    message.set(JAVA_LONG, 16, vector.address());
    message.set(JAVA_LONG, 24, 1);
    return message;
  }

  /** A struct cmsghdr with its descriptors behind it: CMSG_LEN(4n), in CMSG_SPACE(4n) bytes. */
  private static void control(Arena arena, MemorySegment message, int[] descriptors) {
    int length = CMSG_HEADER_BYTES + descriptors.length * Integer.BYTES;
    int space = (length + 7) & ~7;
    MemorySegment control = arena.allocate(space, 8);
    control.set(JAVA_LONG, 0, length);
    control.set(JAVA_INT, 8, Abi.SOL_SOCKET);
    control.set(JAVA_INT, 12, Abi.SCM_RIGHTS);
    MemorySegment.copy(descriptors, 0, control, JAVA_INT, CMSG_HEADER_BYTES, descriptors.length);
    message.set(JAVA_LONG, 32, control.address());
    message.set(JAVA_LONG, 40, space);
  }

  @SuppressWarnings("restricted") // the kernel has filled in what was allocated here
  private static int[] descriptors(MemorySegment message) {
    long space = message.get(JAVA_LONG, 40);
    if (space < CMSG_HEADER_BYTES) {
      return new int[0];
    }
    MemorySegment control = MemorySegment.ofAddress(message.get(JAVA_LONG, 32)).reinterpret(space);
    boolean rights =
        control.get(JAVA_INT, 8) == Abi.SOL_SOCKET && control.get(JAVA_INT, 12) == Abi.SCM_RIGHTS;
    long length = Math.min(control.get(JAVA_LONG, 0), space) - CMSG_HEADER_BYTES;
    return rights
        ? control
            .asSlice(CMSG_HEADER_BYTES, length / Integer.BYTES * Integer.BYTES)
            .toArray(JAVA_INT)
        : new int[0];
  }

  private static void demand(int result, String what) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": " + Errno.text(-result));
    }
  }

  /** Ends it for both sides; a call that blocks returns. Any thread, any number of times. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    Libc mine = new Libc();
    mine.shutdown(fd, Abi.SHUT_RDWR);
    mine.close(fd);
  }
}
