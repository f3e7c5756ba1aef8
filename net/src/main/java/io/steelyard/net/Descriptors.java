package io.steelyard.net;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The file descriptors of this process. */
public final class Descriptors {
  private Descriptors() {}

  /** How many it may have open at a time (RLIMIT_NOFILE). Any thread. */
  public static int max() {
    long max = new Libc().openFilesMax();
    return max < 0 || max > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) max;
  }

  /**
   * Makes the kernel's table of this process's descriptors as large as it may get, at most {@code
   * wanted}, ahead of need and for good: it does not shrink. Otherwise the table doubles whenever a
   * descriptor does not fit, and in a process of several threads whoever asks for that descriptor
   * waits until every processor has been through the scheduler (expand_fdtable in the kernel's
   * fs/file.c: synchronize_rcu): tens of milliseconds, and seconds on a crowded machine, for all
   * connections of a loop. May wait that long itself; any thread but a loop's.
   */
  public static void makeRoom(int wanted) {
    Libc libc = new Libc();
    int any = libc.eventfd(0, Abi.EFD_CLOEXEC);
    int last = libc.fcntlBlocking(any, Abi.F_DUPFD_CLOEXEC, Math.min(wanted, max()) - 1);
    libc.close(last);
    libc.close(any);
  }

  /**
   * The descriptor by which this process listens at an address; empty if there is none. For sockets
   * of the JDK, which does not tell. Any thread.
   */
  public static OptionalInt listening(SocketAddress address) throws IOException {
    Libc libc = new Libc();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
          .filter(fd -> libc.getsockopt(fd, Abi.SOL_SOCKET, Abi.SO_ACCEPTCONN) == 1)
          .filter(fd -> address.equals(SocketBinding.localAddress(libc, fd)))
          .findAny();
    }
  }

  /**
   * From now on a descriptor is one of what {@code received} is one of, which is closed: an object
   * of the JDK that holds it listens there without knowing. Any thread.
   *
   * @throws IOException when that cannot be; nothing has changed then, and {@code received} is open
   */
  public static void replace(int descriptor, int received) throws IOException {
    Libc libc = new Libc();
    int r = libc.dup3(received, descriptor, Abi.O_CLOEXEC);
    if (r < 0) {
      throw new IOException("dup3: " + Errno.text(-r));
    }
    libc.close(received);
  }

  /**
   * From now on nobody connects to an object of the JDK that listens by a descriptor: it is one of
   * another socket, at a free port of the loopback address, which nobody knows. Others who have
   * descriptors of the former socket listen on. Any thread.
   */
  public static void deafen(int listening) throws IOException {
    ListenSocket deaf =
        ListenSocket.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, true);
    try {
      replace(listening, deaf.fds(0)[0]);
    } catch (IOException e) {
      deaf.close();
      throw e;
    }
  }

  /** Closes some; those that are not open any more are passed over. Any thread. */
  public static void close(int... descriptors) {
    Libc libc = new Libc();
    for (int descriptor : descriptors) {
      libc.close(descriptor);
    }
  }
}
