package io.steelyard.net.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's calls that event loops need, each as a method that returns what the call returns,
 * or minus errno.
 *
 * <p>An instance holds the memory into which errno is captured, so each thread has its own. Calls
 * that cannot block are <em>critical</em>: they skip the thread's state transition, and would hold
 * up a safepoint if they did block. The few that may block say so in their name.
 */
@SuppressWarnings("restricted")
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
  private static final Linker.Option ERRNO_CAPTURE = Linker.Option.captureCallState("errno");
  private static final Linker.Option CRITICAL = Linker.Option.critical(false);
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle RECV = io("recv", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SEND = io("send", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SPLICE =
      io("splice", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = call("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = call("listen", JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle ACCEPT4 = call("accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT = call("connect", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETPEERNAME = call("getpeername", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SHUTDOWN = call("shutdown", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT);
  private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ = io("read", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE = io("write", JAVA_INT, ADDRESS, JAVA_LONG);

  /** Linked only when first used: keeps the start short. */
  private static final class Epoll {
    static final MethodHandle CREATE = call("epoll_create1", JAVA_INT);
    static final MethodHandle CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    static final MethodHandle WAIT = call("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle WAIT_BLOCKING =
        LINKER.downcallHandle(
            symbol("epoll_wait"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            ERRNO_CAPTURE);
  }

  private static final class Pipes {
    static final MethodHandle PIPE2 = call("pipe2", ADDRESS, JAVA_INT);
    static final MethodHandle FCNTL =
        LINKER.downcallHandle(
            symbol("fcntl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            ERRNO_CAPTURE,
            CRITICAL,
            Linker.Option.firstVariadicArg(2));
  }

  private static final class Raw {
    private static final FunctionDescriptor SYSCALL =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CRITICAL_CALL =
        LINKER.downcallHandle(
            symbol("syscall"), SYSCALL, ERRNO_CAPTURE, CRITICAL, Linker.Option.firstVariadicArg(1));
    static final MethodHandle BLOCKING_CALL =
        LINKER.downcallHandle(
            symbol("syscall"), SYSCALL, ERRNO_CAPTURE, Linker.Option.firstVariadicArg(1));
  }

  private static final class Memory {
    static final MethodHandle MMAP =
        LINKER.downcallHandle(
            symbol("mmap"),
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            ERRNO_CAPTURE,
            CRITICAL);
    static final MethodHandle MUNMAP =
        LINKER.downcallHandle(
            symbol("munmap"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG),
            ERRNO_CAPTURE,
            CRITICAL);
  }

  private final MemorySegment captured;
  private final MemorySegment scratch;

  /** For the thread that will make the calls. */
  public Libc() {
    captured = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    scratch = Arena.ofAuto().allocate(16, 8);
  }

  private static MemorySegment symbol(String name) {
    return LOOKUP
        .find(name)
        .orElseThrow(() -> new IllegalStateException("no " + name + " in the C library"));
  }

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), ERRNO_CAPTURE, CRITICAL);
  }

  private static MethodHandle io(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name), FunctionDescriptor.of(JAVA_LONG, arguments), ERRNO_CAPTURE, CRITICAL);
  }

  private int orErrno(int result) {
    return result >= 0 ? result : -(int) ERRNO.get(captured, 0L);
  }

  private int orErrno(long result) {
    return result >= 0 ? (int) result : -(int) ERRNO.get(captured, 0L);
  }

  private static AssertionError impossible(Throwable t) {
    return new AssertionError("a downcall does not throw", t);
  }

  /**
   * recv(2) with no flags on a non-blocking socket. The pointer is a plain number, so that nothing
   * is allocated for it: the caller answers for {@code bytes} at {@code address} being its own.
   */
  public int recv(int fd, long address, int bytes) {
    try {
      return orErrno((long) RECV.invokeExact(captured, fd, address, (long) bytes, 0));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /**
   * send(2) on a non-blocking socket; {@code flags} as in {@link Abi}; the pointer as for {@link
   * #recv}.
   */
  public int send(int fd, long address, int bytes, int flags) {
    try {
      return orErrno((long) SEND.invokeExact(captured, fd, address, (long) bytes, flags));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** splice(2) between a pipe and a socket, both non-blocking. */
  public int splice(int from, int to, long bytes, int flags) {
    try {
      return orErrno(
          (long)
              SPLICE.invokeExact(
                  captured, from, MemorySegment.NULL, to, MemorySegment.NULL, bytes, flags));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int socket(int family, int type, int protocol) {
    try {
      return orErrno((int) SOCKET.invokeExact(captured, family, type, protocol));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int bind(int fd, MemorySegment address, int bytes) {
    try {
      return orErrno((int) BIND.invokeExact(captured, fd, address, bytes));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int listen(int fd, int backlog) {
    try {
      return orErrno((int) LISTEN.invokeExact(captured, fd, backlog));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** setsockopt(2) of an int. */
  public int setsockopt(int fd, int level, int option, int value) {
    scratch.set(JAVA_INT, 0, value);
    try {
      return orErrno((int) SETSOCKOPT.invokeExact(captured, fd, level, option, scratch, 4));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Makes close(2) send a reset: SO_LINGER with time zero. */
  public int lingerZero(int fd) {
    scratch.set(JAVA_INT, 0, 1);
    scratch.set(JAVA_INT, 4, 0);
    try {
      return orErrno(
          (int) SETSOCKOPT.invokeExact(captured, fd, Abi.SOL_SOCKET, Abi.SO_LINGER, scratch, 8));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** The pending error of a socket (SO_ERROR), which it clears: 0 or minus errno. */
  public int socketError(int fd) {
    scratch.set(JAVA_INT, 0, 0);
    scratch.set(JAVA_INT, 8, 4);
    try {
      int r =
          orErrno(
              (int)
                  GETSOCKOPT.invokeExact(
                      captured, fd, Abi.SOL_SOCKET, Abi.SO_ERROR, scratch, scratch.asSlice(8)));
      return r < 0 ? r : -scratch.get(JAVA_INT, 0);
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
    try {
      return orErrno((int) ACCEPT4.invokeExact(captured, fd, address, length, flags));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** connect(2) on a non-blocking socket. */
  public int connect(int fd, MemorySegment address, int bytes) {
    try {
      return orErrno((int) CONNECT.invokeExact(captured, fd, address, bytes));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int getpeername(int fd, MemorySegment address, MemorySegment length) {
    try {
      return orErrno((int) GETPEERNAME.invokeExact(captured, fd, address, length));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int getsockname(int fd, MemorySegment address, MemorySegment length) {
    try {
      return orErrno((int) GETSOCKNAME.invokeExact(captured, fd, address, length));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int shutdown(int fd, int how) {
    try {
      return orErrno((int) SHUTDOWN.invokeExact(captured, fd, how));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int close(int fd) {
    try {
      return orErrno((int) CLOSE.invokeExact(captured, fd));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int eventfd(int initial, int flags) {
    try {
      return orErrno((int) EVENTFD.invokeExact(captured, initial, flags));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** read(2) of eight bytes from a non-blocking eventfd: forgets how often it was signalled. */
  public int clearEvent(int fd) {
    try {
      return orErrno((long) READ.invokeExact(captured, fd, scratch, 8L));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** write(2) of the number one to an eventfd. */
  public int signalEvent(int fd) {
    scratch.set(JAVA_LONG, 0, 1L);
    try {
      return orErrno((long) WRITE.invokeExact(captured, fd, scratch, 8L));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int epollCreate() {
    try {
      return orErrno((int) Epoll.CREATE.invokeExact(captured, Abi.EPOLL_CLOEXEC));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
    try {
      return orErrno((int) Epoll.CTL.invokeExact(captured, epoll, operation, fd, event));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** epoll_wait(2) that returns at once. */
  public int epollPoll(int epoll, MemorySegment events, int max) {
    try {
      return orErrno((int) Epoll.WAIT.invokeExact(captured, epoll, events, max, 0));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** epoll_wait(2) that waits up to {@code timeoutMs}; -1 waits for ever. */
  public int epollWaitBlocking(int epoll, MemorySegment events, int max, int timeoutMs) {
    try {
      return orErrno(
          (int) Epoll.WAIT_BLOCKING.invokeExact(captured, epoll, events, max, timeoutMs));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** pipe2(2): the read end goes to {@code ends[0]}, the write end to {@code ends[1]}. */
  public int pipe2(int[] ends, int flags) {
    try {
      int r = orErrno((int) Pipes.PIPE2.invokeExact(captured, scratch, flags));
      ends[0] = scratch.get(JAVA_INT, 0);
      ends[1] = scratch.get(JAVA_INT, 4);
      return r;
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public int fcntl(int fd, int command, int value) {
    try {
      return orErrno((int) Pipes.FCNTL.invokeExact(captured, fd, command, value));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** syscall(2) that cannot block. */
  public int syscall(long number, long a, long b, long c, long d, long e, long f) {
    try {
      return orErrno((long) Raw.CRITICAL_CALL.invokeExact(captured, number, a, b, c, d, e, f));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** syscall(2) that may block. */
  public int syscallBlocking(long number, long a, long b, long c, long d, long e, long f) {
    try {
      return orErrno((long) Raw.BLOCKING_CALL.invokeExact(captured, number, a, b, c, d, e, f));
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /**
   * Maps memory, shared from {@code fd} at {@code offset}, or anonymous and private for {@code fd}
   * -1.
   *
   * @return a segment of exactly {@code bytes}, valid until {@link #munmap}
   */
  public MemorySegment mmap(long bytes, int fd, long offset) {
    int flags = fd < 0 ? Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS : Abi.MAP_SHARED | Abi.MAP_POPULATE;
    try {
      long address =
          (long)
              Memory.MMAP.invokeExact(
                  captured, 0L, bytes, Abi.PROT_READ | Abi.PROT_WRITE, flags, fd, offset);
      if (address == -1) {
        throw new IllegalStateException(
            "mmap of " + bytes + " bytes: errno " + (int) ERRNO.get(captured, 0L));
      }
      return MemorySegment.ofAddress(address).reinterpret(bytes);
    } catch (IllegalStateException e) {
      throw e;
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  public void munmap(MemorySegment mapped) {
    try {
      int ignored = (int) Memory.MUNMAP.invokeExact(captured, mapped.address(), mapped.byteSize());
    } catch (Throwable t) {
      throw impossible(t);
    }
  }
}
