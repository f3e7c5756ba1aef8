package io.steelyard.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Receives datagrams, {@link #BATCH} at a time, into memory that the next batch uses again, and
 * sends them on. Nothing is allocated for a datagram. Results are counts, or negated errors ({@link
 * Errno}). Loop thread only.
 */
@SuppressWarnings("exports") // Libc is for the transports, which are of this module
public final class Datagrams {
  /** How many one call may bring. */
  public static final int BATCH = 32;

  /** Of a datagram; UDP's length field allows no more (RFC 768), UDP over IPv4 20 bytes less. */
  public static final int BYTES_MAX = 64 * 1024;

  /** struct mmsghdr: a struct msghdr of 56 bytes, and how long the message is. */
  private static final int MESSAGE_BYTES = 64;

  private static final int NAME_LENGTH = 8;
  private static final int VECTOR = 16;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int FLAGS = 48;
  private static final int LENGTH = 56;
  private static final int NAME_BYTES = 32;
  private static final int CONTROL_BYTES = 64;
  private static final int WITHOUT_WAITING = Abi.MSG_DONTWAIT | Abi.MSG_NOSIGNAL;

  private final Libc libc;
  private final Arena arena = Arena.ofShared();

  /** Of all messages; its pages are the kernel's until datagrams need them. */
  private final MemorySegment data;

  private final MemorySegment messages = arena.allocate((long) BATCH * MESSAGE_BYTES, 8);
  private final MemorySegment[] names = new MemorySegment[BATCH];
  private final MemorySegment[] controls = new MemorySegment[BATCH];

  /** What is sent: a struct msghdr, and what it points to. */
  private final MemorySegment out = arena.allocate(MESSAGE_BYTES, 8);

  private final MemorySegment outVector = arena.allocate(16, 8);
  private final MemorySegment outName = arena.allocate(NAME_BYTES, 8);
  private final MemorySegment outControl = arena.allocate(CONTROL_BYTES, 8);

  /** How many messages the last call has changed. */
  private int used = BATCH;

  Datagrams(Libc libc) {
    this.libc = libc;
    this.data = libc.mmap((long) BATCH * BYTES_MAX, -1, 0);
    MemorySegment vectors = arena.allocate(BATCH * 16L, 8);
    for (int i = 0; i < BATCH; i++) {
      names[i] = arena.allocate(NAME_BYTES, 8);
      controls[i] = arena.allocate(CONTROL_BYTES, 8);
      vectors.set(JAVA_LONG, i * 16L, bytes(i));
      vectors.set(JAVA_LONG, i * 16L + 8, BYTES_MAX);
      messages.set(JAVA_LONG, at(i), names[i].address());
      messages.set(JAVA_LONG, at(i) + VECTOR, vectors.address() + i * 16L);
      messages.set(JAVA_LONG, at(i) + VECTOR + 8, 1);
      messages.set(JAVA_LONG, at(i) + CONTROL, controls[i].address());
    }
    out.set(JAVA_LONG, 0, outName.address());
    out.set(JAVA_LONG, VECTOR, outVector.address());
    out.set(JAVA_LONG, VECTOR + 8, 1);
    out.set(JAVA_LONG, CONTROL, outControl.address());
  }

  private static long at(int i) {
    return (long) i * MESSAGE_BYTES;
  }

  private long bytes(int i) {
    return data.address() + (long) i * BYTES_MAX;
  }

  /**
   * Receives what is there.
   *
   * @param max at most so many, up to {@link #BATCH}
   * @return how many there are; -EAGAIN when there is none
   */
  public int receive(int fd, int max) {
    for (int i = 0; i < used; i++) {
      messages.set(JAVA_INT, at(i) + NAME_LENGTH, NAME_BYTES);
      messages.set(JAVA_LONG, at(i) + CONTROL_LENGTH, CONTROL_BYTES);
    }
    int n = libc.recvmmsg(fd, messages, max);
    used = Math.max(n, 0);
    return n;
  }

  /** How many bytes datagram {@code i} of the batch has. */
  public int size(int i) {
    return messages.get(JAVA_INT, at(i) + LENGTH);
  }

  /** Whether it was longer than {@link #BYTES_MAX}, and is cut. */
  public boolean cut(int i) {
    return (messages.get(JAVA_INT, at(i) + FLAGS) & Abi.MSG_TRUNC) != 0;
  }

  private long controlBytes(int i) {
    return messages.get(JAVA_LONG, at(i) + CONTROL_LENGTH);
  }

  /** Between whom it goes. Allocates: once for each session. */
  public DatagramFlow flow(int i) {
    return DatagramFlow.of(names[i], controls[i], controlBytes(i));
  }

  /** Whether it goes between those. */
  public boolean belongsTo(DatagramFlow flow, int i) {
    return flow.is(names[i], controls[i], controlBytes(i));
  }

  /** The same for all of a flow. */
  public int hash(int i, long seed) {
    return DatagramFlow.hash(names[i], controls[i], controlBytes(i), seed);
  }

  /**
   * Sends datagram {@code i} of the batch to whom the socket is connected; 0 or more: it is sent.
   */
  public int forward(int i, int fd) {
    return libc.send(fd, bytes(i), size(i), WITHOUT_WAITING);
  }

  /**
   * Sends datagram {@code i} of the batch to the one who began a flow, from the address that it was
   * begun at.
   */
  public int answer(int i, int fd, DatagramFlow flow) {
    outVector.set(JAVA_LONG, 0, bytes(i));
    outVector.set(JAVA_LONG, 8, size(i));
    out.set(JAVA_INT, NAME_LENGTH, flow.writePeer(outName));
    out.set(JAVA_LONG, CONTROL_LENGTH, flow.writeOwn(outControl));
    return libc.sendmsg(fd, out, WITHOUT_WAITING);
  }

  /** A socket of this host's that is connected: only what comes from there is received. */
  public int connect(Sockaddr to) {
    int fd = libc.socket(to.family(), Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return fd;
    }
    int connected = libc.connect(fd, to.memory(), to.bytes());
    if (connected < 0) {
      libc.close(fd);
      return connected;
    }
    return fd;
  }

  /** Another descriptor of the same socket. */
  public int duplicate(int fd) {
    return libc.fcntl(fd, Abi.F_DUPFD_CLOEXEC, 0);
  }

  /** Closes a descriptor that nobody watches. */
  public void close(int fd) {
    libc.close(fd);
  }

  /** Nobody receives or sends any more. */
  void close() {
    libc.munmap(data);
    arena.close();
  }
}
