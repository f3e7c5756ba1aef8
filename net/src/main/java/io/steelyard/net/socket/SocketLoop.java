package io.steelyard.net.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.steelyard.net.Loop;
import io.steelyard.net.LoopOptions;
import io.steelyard.net.PipePool;
import io.steelyard.net.Sockaddr;
import io.steelyard.net.sys.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;

/** What the loops of all transports ask the kernel directly. Loop thread only. */
public abstract class SocketLoop extends Loop {
  /** For as long as the loop. */
  protected final Arena arena = Arena.ofShared();

  private final MemorySegment address = arena.allocate(Sockaddr.BYTES_MAX, 8);
  private final MemorySegment addressBytes = arena.allocate(JAVA_INT);
  private final PipePool pipes;

  protected SocketLoop(LoopOptions options, String name) {
    super(options, name);
    pipes = new PipePool(libc, counters);
  }

  /** The loop's own way into the kernel. */
  public final Libc libc() {
    return libc;
  }

  /** What transfers go through. */
  public final PipePool pipes() {
    return pipes;
  }

  /** Accepts one; its descriptor, or the negated errno. */
  protected final int accept(int fd, int flags) {
    addressBytes.set(JAVA_INT, 0, Sockaddr.BYTES_MAX);
    return libc.accept4(fd, address, addressBytes, flags);
  }

  /** Where the one that was accepted last comes from. */
  protected final SocketAddress accepted() {
    return Sockaddr.decode(address);
  }

  final SocketAddress remoteAddress(int fd) {
    addressBytes.set(JAVA_INT, 0, Sockaddr.BYTES_MAX);
    return libc.getpeername(fd, address, addressBytes) < 0 ? null : Sockaddr.decode(address);
  }

  final SocketAddress localAddress(int fd) {
    addressBytes.set(JAVA_INT, 0, Sockaddr.BYTES_MAX);
    return libc.getsockname(fd, address, addressBytes) < 0 ? null : Sockaddr.decode(address);
  }

  /** The last of shutting down. */
  protected final void letGo() {
    pipes.close();
    arena.close();
  }
}
