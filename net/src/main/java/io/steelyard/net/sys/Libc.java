package io.steelyard.net.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The C library's calls that event loops need, each as a method that returns what the call returns,
 * or minus errno.
 *
 * <p>An instance holds the memory into which errno is captured, so each thread has its own. Calls
 * that cannot block are <em>critical</em>: they skip the thread's state transition, and would hold
 * up a safepoint if they did block. The few that may block say so in their name.
 *
 * <p>All go through one shape, six integers in and one out: the calling conventions of Linux on
 * x86-64 and AArch64 pass every integer and pointer argument in a register of its own, and a callee
 * does not look at registers that it has no parameter for. Linking a shape costs several
 * milliseconds at start, and this way there are two instead of twenty. Pointers are plain numbers,
 * so that nothing is allocated for them: the caller answers for the memory being its own.
 */
@SuppressWarnings("restricted")
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final Linker.Option ERRNO_CAPTURE = Linker.Option.captureCallState("errno");
  private static final MethodHandle CRITICAL =
      LINKER.downcallHandle(SHAPE, ERRNO_CAPTURE, Linker.Option.critical(false));
  private static final MethodHandle BLOCKING = LINKER.downcallHandle(SHAPE, ERRNO_CAPTURE);

  /** A plain offset: linking a VarHandle for it costs milliseconds at start. */
  private static final long ERRNO =
      Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MemorySegment RECV = symbol("recv");
  private static final MemorySegment SEND = symbol("send");
  private static final MemorySegment SENDTO = symbol("sendto");
  private static final MemorySegment SENDMSG = symbol("sendmsg");
  private static final MemorySegment RECVMSG = symbol("recvmsg");
  private static final MemorySegment PPOLL = symbol("ppoll");
  private static final MemorySegment SIGNAL = symbol("signal");
  private static final MemorySegment SPLICE = symbol("splice");
  private static final MemorySegment SOCKET = symbol("socket");
  private static final MemorySegment BIND = symbol("bind");
  private static final MemorySegment LISTEN = symbol("listen");
  private static final MemorySegment SETSOCKOPT = symbol("setsockopt");
  private static final MemorySegment GETSOCKOPT = symbol("getsockopt");
  private static final MemorySegment ACCEPT4 = symbol("accept4");
  private static final MemorySegment CONNECT = symbol("connect");
  private static final MemorySegment GETPEERNAME = symbol("getpeername");
  private static final MemorySegment GETSOCKNAME = symbol("getsockname");
  private static final MemorySegment SHUTDOWN = symbol("shutdown");
  private static final MemorySegment CLOSE = symbol("close");
  private static final MemorySegment EVENTFD = symbol("eventfd");
  private static final MemorySegment READ = symbol("read");
  private static final MemorySegment WRITE = symbol("write");
  private static final MemorySegment EPOLL_CREATE1 = symbol("epoll_create1");
  private static final MemorySegment EPOLL_CTL = symbol("epoll_ctl");
  private static final MemorySegment EPOLL_WAIT = symbol("epoll_wait");
  private static final MemorySegment PIPE2 = symbol("pipe2");
  private static final MemorySegment FCNTL = symbol("fcntl");
  private static final MemorySegment IOCTL = symbol("ioctl");
  private static final MemorySegment GETRLIMIT = symbol("getrlimit");
  private static final MemorySegment SCHED_SETSCHEDULER = symbol("sched_setscheduler");
  private static final MemorySegment MMAP = symbol("mmap");
  private static final MemorySegment MUNMAP = symbol("munmap");
  private static final MemorySegment SYSCALL = symbol("syscall");
  private static final MemorySegment DUP3 = symbol("dup3");
  private static final MemorySegment GETEUID = symbol("geteuid");

  private final MemorySegment captured =
      Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
  private final MemorySegment scratch = Arena.ofAuto().allocate(16, 8);

  /** For the thread that will make the calls. */
  public Libc() {}

  private static MemorySegment symbol(String name) {
    return LOOKUP
        .find(name)
        .orElseThrow(() -> new IllegalStateException("no " + name + " in the C library"));
  }

  private long raw(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CRITICAL.invokeExact(function, captured, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("a downcall does not throw", t);
    }
  }

  private long rawBlocking(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) BLOCKING.invokeExact(function, captured, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("a downcall does not throw", t);
    }
  }

  /**
   * The result of a call that gives an int, or a length that fits into one: what is above it may be
   * anything.
   */
  private int orErrno(long result) {
    int r = (int) result;
    return r >= 0 ? r : -captured.get(JAVA_INT, ERRNO);
  }

  private int call(MemorySegment function, long a, long b, long c) {
    return orErrno(raw(function, a, b, c, 0, 0, 0));
  }

  private int call(MemorySegment function, long a, long b, long c, long d, long e) {
    return orErrno(raw(function, a, b, c, d, e, 0));
  }

  /** recv(2) with no flags on a non-blocking socket. */
  public int recv(int fd, long address, int bytes) {
    return call(RECV, fd, address, bytes, 0, 0);
  }

  /**
   * Looks at the first byte that a socket has to read, and leaves it there (MSG_PEEK).
   *
   * @return 1 if there is one, 0 at the end of input, or the negated errno: -EAGAIN when there is
   *     nothing
   */
  public int peek(int fd) {
    return call(RECV, fd, scratch.address(), 1, Abi.MSG_PEEK | Abi.MSG_DONTWAIT, 0);
  }

  /** send(2) on a non-blocking socket; {@code flags} as in {@link Abi}. */
  public int send(int fd, long address, int bytes, int flags) {
    return call(SEND, fd, address, bytes, flags, 0);
  }

  /** recv(2) with flags: with MSG_DONTWAIT among them, as it must not block. */
  public int recv(int fd, long address, int bytes, int flags) {
    return call(RECV, fd, address, bytes, flags, 0);
  }

  /** send(2) that may block, or that the kernel takes its time for. */
  public int sendBlocking(int fd, long address, int bytes, int flags) {
    return orErrno(rawBlocking(SEND, fd, address, bytes, flags, 0, 0));
  }

  /** sendto(2) with MSG_DONTWAIT among its flags, as it must not block. */
  public int sendto(int fd, long address, int bytes, int flags, MemorySegment to, int toBytes) {
    return orErrno(raw(SENDTO, fd, address, bytes, flags, to.address(), toBytes));
  }

  /** sendmsg(2) of a {@code struct msghdr}, with MSG_DONTWAIT, as it must not block. */
  public int sendmsg(int fd, MemorySegment message, int flags) {
    return call(SENDMSG, fd, message.address(), flags);
  }

  /** recvmsg(2) into a {@code struct msghdr}, with MSG_DONTWAIT, as it must not block. */
  public int recvmsg(int fd, MemorySegment message, int flags) {
    return call(RECVMSG, fd, message.address(), flags);
  }

  /** Looked up by those who need it only. */
  private static final class Batches {
    static final MemorySegment RECVMMSG = symbol("recvmmsg");
  }

  /**
   * recvmmsg(2) into {@code count} entries of {@code struct mmsghdr}, with MSG_DONTWAIT, as it must
   * not block.
   *
   * @return how many came, or minus errno
   */
  public int recvmmsg(int fd, MemorySegment messages, int count) {
    return call(Batches.RECVMMSG, fd, messages.address(), count, Abi.MSG_DONTWAIT, 0);
  }

  /**
   * ppoll(2) of {@code count} entries, with signals as they are.
   *
   * @param timeout a {@code struct timespec}
   */
  public int ppollBlocking(MemorySegment polled, int count, MemorySegment timeout) {
    return orErrno(rawBlocking(PPOLL, polled.address(), count, timeout.address(), 0, 0, 0));
  }

  /** read(2) of what may be a pipe: to be called when there is something. */
  public int readBlocking(int fd, long address, int bytes) {
    return orErrno(rawBlocking(READ, fd, address, bytes, 0, 0, 0));
  }

  /** Has this process ignore a signal (SIG_IGN). */
  public void ignoreSignal(int number) {
    raw(SIGNAL, number, Abi.SIG_IGN, 0, 0, 0, 0);
  }

  /** splice(2) between a pipe and a socket, both non-blocking. */
  public int splice(int from, int to, long bytes, int flags) {
    return orErrno(raw(SPLICE, from, 0, to, 0, bytes, flags));
  }

  public int socket(int family, int type, int protocol) {
    return call(SOCKET, family, type, protocol);
  }

  public int bind(int fd, MemorySegment address, int bytes) {
    return call(BIND, fd, address.address(), bytes);
  }

  public int listen(int fd, int backlog) {
    return call(LISTEN, fd, backlog, 0);
  }

  /** setsockopt(2) of an int. */
  public int setsockopt(int fd, int level, int option, int value) {
    scratch.set(JAVA_INT, 0, value);
    return call(SETSOCKOPT, fd, level, option, scratch.address(), 4);
  }

  /** setsockopt(2) of whatever. */
  public int setsockopt(int fd, int level, int option, MemorySegment value, int bytes) {
    return call(SETSOCKOPT, fd, level, option, value.address(), bytes);
  }

  /** Makes close(2) send a reset: SO_LINGER with time zero. */
  public int lingerZero(int fd) {
    scratch.set(JAVA_INT, 0, 1);
    scratch.set(JAVA_INT, 4, 0);
    return call(SETSOCKOPT, fd, Abi.SOL_SOCKET, Abi.SO_LINGER, scratch.address(), 8);
  }

  /**
   * SO_ATTACH_FILTER (bpf(4), classic): what the program returns 0 for never reaches the socket.
   *
   * @param program instructions as {@code struct sock_filter} has them in memory
   */
  public int attachFilter(int fd, long... program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = arena.allocateFrom(JAVA_LONG, program);
      scratch.set(JAVA_LONG, 0, program.length);
      scratch.set(JAVA_LONG, 8, instructions.address());
      return call(SETSOCKOPT, fd, Abi.SOL_SOCKET, Abi.SO_ATTACH_FILTER, scratch.address(), 16);
    }
  }

  /** The pending error of a socket (SO_ERROR), which it clears: 0 or minus errno. */
  public int socketError(int fd) {
    scratch.set(JAVA_INT, 0, 0);
    scratch.set(JAVA_INT, 8, 4);
    int r =
        call(
            GETSOCKOPT, fd, Abi.SOL_SOCKET, Abi.SO_ERROR, scratch.address(), scratch.address() + 8);
    return r < 0 ? r : -scratch.get(JAVA_INT, 0);
  }

  /** accept4(2) on a non-blocking socket; {@code length} says how much room {@code address} has. */
  public int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
    return call(ACCEPT4, fd, address.address(), length.address(), flags, 0);
  }

  /** getsockopt(2) of an int; what it is, or the negated errno. */
  public int getsockopt(int fd, int level, int option) {
    scratch.set(JAVA_INT, 0, 0);
    scratch.set(JAVA_INT, 8, 4);
    int r = call(GETSOCKOPT, fd, level, option, scratch.address(), scratch.address() + 8);
    return r < 0 ? r : scratch.get(JAVA_INT, 0);
  }

  /** The effective user of the process at the other end of a UNIX socket, or minus errno. */
  public int peerUser(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment credentials = arena.allocate(12, 8);
      scratch.set(JAVA_INT, 0, 12);
      int r =
          call(
              GETSOCKOPT,
              fd,
              Abi.SOL_SOCKET,
              Abi.SO_PEERCRED,
              credentials.address(),
              scratch.address());
      return r < 0 ? r : credentials.get(JAVA_INT, 4);
    }
  }

  /** The effective user of this process. */
  public int user() {
    return call(GETEUID, 0, 0, 0);
  }

  /** How long a call may block on a socket: SO_RCVTIMEO or SO_SNDTIMEO. */
  public int timeout(int fd, int option, long ms) {
    scratch.set(JAVA_LONG, 0, ms / 1000);
    scratch.set(JAVA_LONG, 8, ms % 1000 * 1000);
    return call(SETSOCKOPT, fd, Abi.SOL_SOCKET, option, scratch.address(), 16);
  }

  /** accept4(2) that may block. */
  public int acceptBlocking(int fd, int flags) {
    return orErrno(rawBlocking(ACCEPT4, fd, 0, 0, flags, 0, 0));
  }

  /** connect(2) that may block. */
  public int connectBlocking(int fd, MemorySegment address, int bytes) {
    return orErrno(rawBlocking(CONNECT, fd, address.address(), bytes, 0, 0, 0));
  }

  /** sendmsg(2) that may block. */
  public int sendmsgBlocking(int fd, MemorySegment message, int flags) {
    return orErrno(rawBlocking(SENDMSG, fd, message.address(), flags, 0, 0, 0));
  }

  /** recvmsg(2) that may block. */
  public int recvmsgBlocking(int fd, MemorySegment message, int flags) {
    return orErrno(rawBlocking(RECVMSG, fd, message.address(), flags, 0, 0, 0));
  }

  /** dup3(2): {@code to} is another descriptor of what {@code from} is one of, from now on. */
  public int dup3(int from, int to, int flags) {
    return call(DUP3, from, to, flags);
  }

  /** accept4(2) on a non-blocking socket, without asking who it is. */
  public int accept4(int fd, int flags) {
    return call(ACCEPT4, fd, 0, 0, flags, 0);
  }

  /** connect(2) on a non-blocking socket. */
  public int connect(int fd, MemorySegment address, int bytes) {
    return call(CONNECT, fd, address.address(), bytes);
  }

  public int getpeername(int fd, MemorySegment address, MemorySegment length) {
    return call(GETPEERNAME, fd, address.address(), length.address());
  }

  public int getsockname(int fd, MemorySegment address, MemorySegment length) {
    return call(GETSOCKNAME, fd, address.address(), length.address());
  }

  public int shutdown(int fd, int how) {
    return call(SHUTDOWN, fd, how, 0);
  }

  public int close(int fd) {
    return call(CLOSE, fd, 0, 0);
  }

  public int eventfd(int initial, int flags) {
    return call(EVENTFD, initial, flags, 0);
  }

  /** read(2) of eight bytes from a non-blocking eventfd: forgets how often it was signalled. */
  public int clearEvent(int fd) {
    return call(READ, fd, scratch.address(), 8);
  }

  /** write(2) of the number one to an eventfd. */
  public int signalEvent(int fd) {
    scratch.set(JAVA_LONG, 0, 1L);
    return call(WRITE, fd, scratch.address(), 8);
  }

  public int epollCreate() {
    return call(EPOLL_CREATE1, Abi.EPOLL_CLOEXEC, 0, 0);
  }

  public int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
    return call(EPOLL_CTL, epoll, operation, fd, event.address(), 0);
  }

  /** epoll_wait(2) that returns at once. */
  public int epollPoll(int epoll, MemorySegment events, int max) {
    return call(EPOLL_WAIT, epoll, events.address(), max, 0, 0);
  }

  /** epoll_wait(2) that waits up to {@code timeoutMs}; -1 waits for ever. */
  public int epollWaitBlocking(int epoll, MemorySegment events, int max, int timeoutMs) {
    return orErrno(rawBlocking(EPOLL_WAIT, epoll, events.address(), max, timeoutMs, 0, 0));
  }

  /** pipe2(2): the read end goes to {@code ends[0]}, the write end to {@code ends[1]}. */
  public int pipe2(int[] ends, int flags) {
    int r = call(PIPE2, scratch.address(), flags, 0);
    ends[0] = scratch.get(JAVA_INT, 0);
    ends[1] = scratch.get(JAVA_INT, 4);
    return r;
  }

  public int fcntl(int fd, int command, int value) {
    return call(FCNTL, fd, command, value);
  }

  /** fcntl(2) that may block. */
  public int fcntlBlocking(int fd, int command, int value) {
    return orErrno(rawBlocking(FCNTL, fd, command, value, 0, 0, 0));
  }

  /**
   * Bytes of a socket that the kernel has and the peer has not acknowledged (SIOCOUTQ); 0 if it
   * cannot say.
   */
  public int unacknowledged(int fd) {
    scratch.set(JAVA_INT, 0, 0);
    return call(IOCTL, fd, Abi.SIOCOUTQ, scratch.address()) < 0 ? 0 : scratch.get(JAVA_INT, 0);
  }

  /** The soft limit of RLIMIT_NOFILE; negative when there is none. */
  public long openFilesMax() {
    int r = call(GETRLIMIT, Abi.RLIMIT_NOFILE, scratch.address(), 0);
    return r < 0 ? r : scratch.get(JAVA_LONG, 0);
  }

  /**
   * Puts the calling thread under SCHED_BATCH, which needs no privilege; 0, or the negated errno.
   */
  public int scheduleInBatches() {
    scratch.set(JAVA_INT, 0, 0);
    return call(SCHED_SETSCHEDULER, 0, Abi.SCHED_BATCH, scratch.address());
  }

  /**
   * Puts the calling thread under SCHED_RR, before all that are not; what it starts is not. Needs
   * CAP_SYS_NICE. 0, or the negated errno.
   */
  public int scheduleBeforeOthers() {
    scratch.set(JAVA_INT, 0, 1);
    return call(SCHED_SETSCHEDULER, 0, Abi.SCHED_RR | Abi.SCHED_RESET_ON_FORK, scratch.address());
  }

  /** syscall(2) with up to five arguments that cannot block. */
  public int syscall(long number, long a, long b, long c, long d, long e) {
    return orErrno(raw(SYSCALL, number, a, b, c, d, e));
  }

  /**
   * io_uring_enter(2), which may block. Its sixth argument, the size of the fifth, would be
   * syscall's seventh: beyond the registers. It has to be 24 with IORING_ENTER_EXT_ARG, and a shape
   * of its own is linked for that.
   */
  public int enterBlocking(
      long fd, long submit, long minComplete, long flags, long argument, long argumentBytes) {
    try {
      return orErrno(
          (long)
              SevenArguments.HANDLE.invokeExact(
                  SYSCALL,
                  captured,
                  SYS_IO_URING_ENTER,
                  fd,
                  submit,
                  minComplete,
                  flags,
                  argument,
                  argumentBytes));
    } catch (Throwable t) {
      throw new AssertionError("a downcall does not throw", t);
    }
  }

  private static final long SYS_IO_URING_ENTER = 426;

  private static final class SevenArguments {
    static final MethodHandle HANDLE =
        LINKER.downcallHandle(SHAPE.appendArgumentLayouts(JAVA_LONG), ERRNO_CAPTURE);
  }

  /**
   * Maps memory, shared from {@code fd} at {@code offset}, or anonymous and private for {@code fd}
   * -1.
   *
   * @return a segment of exactly {@code bytes}, valid until {@link #munmap}
   */
  public MemorySegment mmap(long bytes, int fd, long offset) {
    int flags = fd < 0 ? Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS : Abi.MAP_SHARED | Abi.MAP_POPULATE;
    long address = raw(MMAP, 0, bytes, Abi.PROT_READ | Abi.PROT_WRITE, flags, fd, offset);
    if (address == -1) {
      throw new IllegalStateException(
          "mmap of " + bytes + " bytes: " + "errno " + captured.get(JAVA_INT, ERRNO));
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  public void munmap(MemorySegment mapped) {
    call(MUNMAP, mapped.address(), mapped.byteSize(), 0);
  }

  /** Looked up by those who need them only. */
  private static final class Mutexes {
    static final MemorySegment ATTR_INIT = symbol("pthread_mutexattr_init");
    static final MemorySegment ATTR_SHARED = symbol("pthread_mutexattr_setpshared");
    static final MemorySegment ATTR_ROBUST = symbol("pthread_mutexattr_setrobust");
    static final MemorySegment INIT = symbol("pthread_mutex_init");
    static final MemorySegment LOCK = symbol("pthread_mutex_lock");
  }

  /**
   * Makes a mutex that processes share, and that tells of its owner's death
   * (pthread_mutexattr_setrobust(3)).
   *
   * @param mutex 64 bytes of shared memory
   * @return 0, or an error's number
   */
  public int initRobustMutex(MemorySegment mutex) {
    try (Arena arena = Arena.ofConfined()) {
      long attributes = arena.allocate(64, 8).address();
      int r = (int) raw(Mutexes.ATTR_INIT, attributes, 0, 0, 0, 0, 0);
      r |= (int) raw(Mutexes.ATTR_SHARED, attributes, 1, 0, 0, 0, 0);
      r |= (int) raw(Mutexes.ATTR_ROBUST, attributes, 1, 0, 0, 0, 0);
      return r | (int) raw(Mutexes.INIT, mutex.address(), attributes, 0, 0, 0, 0);
    }
  }

  /**
   * pthread_mutex_lock(3), which waits.
   *
   * @return 0, or an error's number: {@link Abi#EOWNERDEAD} when its owner has died
   */
  public int lockMutexBlocking(MemorySegment mutex) {
    return (int) rawBlocking(Mutexes.LOCK, mutex.address(), 0, 0, 0, 0, 0);
  }
}
