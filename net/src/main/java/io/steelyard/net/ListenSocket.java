package io.steelyard.net;

import static io.steelyard.net.SocketBinding.check;
import static io.steelyard.net.SocketBinding.localAddress;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The listening sockets of one address: for TCP and UDP one for each loop (SO_REUSEPORT: the kernel
 * shares the clients out, and what a client sends over UDP goes to the same socket for as long as
 * there are as many), for a UNIX socket one that all loops accept from. Those that another process
 * has opened may be more than there are loops: then a loop has several. Opened and closed by any
 * one thread at a time, but for {@link #close(int)}.
 */
public final class ListenSocket {
  private static final int BACKLOG = 4096;
  private static final int[] NONE = {};

  /**
   * Drops TCP segments with SYN and without ACK (RFC 9293, section 3.1: the flags are the 14th
   * byte) and takes all others. Each instruction is {@code k << 32 | jf << 24 | jt << 16 | code}.
   */
  private static final long[] DROP_FIRST_SYN = {
    13L << 32 | 0x30, // load byte 13
    0x12L << 32 | 0x54, // and SYN | ACK
    0x02L << 32 | 1 << 24 | 0x15, // SYN alone: go on, else skip one
    0x06, // return 0
    0xffff_ffffL << 32 | 0x06 // return all
  };

  /** Those that each loop accepts from. */
  private final int[][] fds;

  private final SocketAddress address;

  /** SOCK_STREAM or SOCK_DGRAM. */
  private final int type;

  /** Whether several loops accept from the same ones. */
  private boolean common;

  /** The file of a UNIX socket, to be removed with the last one that shares it; else null. */
  private final SocketFile file;

  /** How many have descriptors of the same sockets. */
  private final AtomicInteger holders;

  /** Whether one of the holders is the process that has handed them over, which may go on. */
  private boolean borrowed;

  private ListenSocket(
      int[][] fds,
      int type,
      boolean common,
      SocketAddress address,
      SocketFile file,
      AtomicInteger holders) {
    this.fds = fds;
    this.type = type;
    this.common = common;
    this.address = address;
    this.file = file;
    this.holders = holders;
  }

  /**
   * A UNIX socket's file.
   *
   * @param key device and inode: what has taken its place meanwhile is somebody else's
   */
  private record SocketFile(Path path, Object key) {
    static SocketFile of(UnixDomainSocketAddress unix) throws IOException {
      return new SocketFile(unix.getPath(), keyOf(unix.getPath()));
    }

    private static Object keyOf(Path path) throws IOException {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    }

    void remove() {
      try {
        if (keyOf(path).equals(key)) {
          Files.delete(path);
        }
      } catch (IOException e) {
        // It is gone, or stays: the next start removes a stale socket file.
      }
    }
  }

  /**
   * Binds and listens; nobody accepts yet. {@code ::} is every address, of IPv4 too; only of IPv4
   * where the kernel has no IPv6.
   *
   * @param alone whether to make sure that no other process listens there: SO_REUSEPORT alone would
   *     share the port with it
   * @throws IOException saying which address and why
   */
  public static ListenSocket open(SocketAddress wanted, int loops, boolean alone)
      throws IOException {
    return open(wanted, loops, alone, false);
  }

  /**
   * The same, also at an address that this host does not have yet.
   *
   * @param beforehand whether it is known that the host may get the address later (ip(7):
   *     IP_FREEBIND); else one that it does not have is refused, as a mistake would be
   */
  public static ListenSocket open(
      SocketAddress wanted, int loops, boolean alone, boolean beforehand) throws IOException {
    ListenSocket socket = bind(wanted, loops, alone, beforehand);
    try {
      socket.listen();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /**
   * The same, but it does not listen yet: clients go where they would without it, until {@link
   * #listen}.
   */
  public static ListenSocket bind(
      SocketAddress wanted, int loops, boolean alone, boolean beforehand) throws IOException {
    Libc libc = new Libc();
    if (wanted instanceof UnixDomainSocketAddress unix) {
      removeStale(libc, unix);
      int fd = SocketBinding.bound(libc, wanted, Abi.SOCK_STREAM, false, false);
      return new ListenSocket(
          same(fd, loops),
          Abi.SOCK_STREAM,
          true,
          wanted,
          SocketFile.of(unix),
          new AtomicInteger(1));
    }
    return bindInternet(libc, wanted, Abi.SOCK_STREAM, loops, alone, beforehand);
  }

  /**
   * Sockets for datagrams (UDP), which come in from now on.
   *
   * @param alone whether to make sure that no other process has the address
   * @param beforehand whether it is known that the host may get the address later
   * @throws IOException saying which address and why
   */
  public static ListenSocket openDatagrams(
      InetSocketAddress wanted, int loops, boolean alone, boolean beforehand) throws IOException {
    return bindInternet(new Libc(), wanted, Abi.SOCK_DGRAM, loops, alone, beforehand);
  }

  private static ListenSocket bindInternet(
      Libc libc, SocketAddress wanted, int type, int loops, boolean alone, boolean beforehand)
      throws IOException {
    if (SocketBinding.isWildcard6(wanted) && !SocketBinding.hasIpv6(libc)) {
      InetAddress any4 = InetAddress.ofLiteral("0.0.0.0");
      wanted = new InetSocketAddress(any4, ((InetSocketAddress) wanted).getPort());
    }
    if (alone) {
      int probe = SocketBinding.bound(libc, wanted, type, false, beforehand);
      int r = type == Abi.SOCK_DGRAM ? 0 : libc.listen(probe, BACKLOG);
      SocketAddress bound = localAddress(libc, probe);
      libc.close(probe);
      check(r, wanted);
      wanted = bound;
    }
    int[][] fds = new int[loops][];
    SocketAddress bound = wanted;
    for (int i = 0; i < loops; i++) {
      try {
        fds[i] = new int[] {SocketBinding.bound(libc, bound, type, true, beforehand)};
      } catch (IOException e) {
        for (int j = 0; j < i; j++) {
          libc.close(fds[j][0]);
        }
        throw e;
      }
      bound = i == 0 ? localAddress(libc, fds[0][0]) : bound;
    }
    return new ListenSocket(fds, type, false, bound, null, new AtomicInteger(1));
  }

  /**
   * What another process of this host has opened, and handed over: who waits there to be accepted
   * stays, and until {@link #complete} a UNIX socket's file as well, since the other process may go
   * on. Each loop has as many of the sockets as another; those that would have none get one then.
   *
   * @param wanted as it was asked for there
   * @param received descriptors, one at least; from now on they are closed here
   * @throws IOException if a UNIX socket's file is gone; the descriptors are closed then
   */
  public static ListenSocket adopt(SocketAddress wanted, int[] received, int loops)
      throws IOException {
    Libc libc = new Libc();
    if (wanted instanceof UnixDomainSocketAddress unix) {
      try {
        return borrowed(
            same(received[0], loops), Abi.SOCK_STREAM, true, wanted, SocketFile.of(unix));
      } catch (IOException e) {
        Arrays.stream(received).forEach(libc::close);
        throw new IOException("cannot go on listening on " + unix + ": " + e, e);
      }
    }
    return adopt(libc, Abi.SOCK_STREAM, received, loops);
  }

  /** The same for sockets of datagrams. */
  public static ListenSocket adoptDatagrams(int[] received, int loops) {
    return adopt(new Libc(), Abi.SOCK_DGRAM, received, loops);
  }

  private static ListenSocket adopt(Libc libc, int type, int[] received, int loops) {
    int[][] fds = new int[loops][];
    for (int i = 0; i < loops; i++) {
      int loop = i;
      fds[i] =
          IntStream.range(0, received.length)
              .filter(at -> at % loops == loop)
              .map(at -> received[at])
              .toArray();
    }
    return borrowed(fds, type, false, localAddress(libc, received[0]), null);
  }

  private static ListenSocket borrowed(
      int[][] fds, int type, boolean common, SocketAddress address, SocketFile file) {
    ListenSocket socket = new ListenSocket(fds, type, common, address, file, new AtomicInteger(2));
    socket.borrowed = true;
    return socket;
  }

  /**
   * Listens from now on; does nothing where that is so.
   *
   * @throws IOException if somebody else has come to listen there meanwhile
   */
  public void listen() throws IOException {
    Libc libc = new Libc();
    for (int fd : datagrams() ? NONE : descriptors()) {
      check(libc.listen(fd, BACKLOG), address);
    }
  }

  /**
   * From now on the sockets are this process's. Opens a further one for each loop that has none: to
   * be called right before they accept, since from now on clients wait there, too. Where the kernel
   * refuses, loops share one.
   */
  public void complete() {
    if (borrowed) {
      borrowed = false;
      holders.decrementAndGet();
    }
    Libc libc = new Libc();
    for (int i = 1; i < fds.length; i++) {
      if (fds[i].length == 0) {
        complete(libc, i);
      }
    }
  }

  private void complete(Libc libc, int loop) {
    try {
      fds[loop] = new int[] {SocketBinding.bound(libc, address, type, true, true)};
      check(datagrams() ? 0 : libc.listen(fds[loop][0], BACKLOG), address);
    } catch (IOException e) {
      Arrays.stream(fds[loop]).forEach(libc::close);
      // What one client sends has to reach one loop: no two share a socket of datagrams.
      fds[loop] = datagrams() ? NONE : new int[] {fds[0][0]};
      common |= !datagrams();
    }
  }

  /**
   * The same sockets under descriptors of their own, for a listener that takes over from another
   * one: who waits to be accepted stays. The other one is closed as usual.
   *
   * @throws IOException when there is no descriptor left; nothing has changed then
   */
  public ListenSocket handOver() throws IOException {
    Libc libc = new Libc();
    Map<Integer, Integer> copies = new HashMap<>();
    for (int fd : descriptors()) {
      int copy = libc.fcntl(fd, Abi.F_DUPFD_CLOEXEC, 0);
      if (copy < 0) {
        copies.values().forEach(libc::close);
        check(copy, address);
      }
      copies.put(fd, copy);
    }
    int[][] own =
        Arrays.stream(fds)
            .map(of -> Arrays.stream(of).map(copies::get).toArray())
            .toArray(int[][]::new);
    holders.incrementAndGet();
    return new ListenSocket(own, type, common, address, file, holders);
  }

  /**
   * Another process has descriptors of the same sockets: who waits there stays when they are closed
   * here, and so does a UNIX socket's file. Any thread.
   */
  public void handedOver() {
    holders.incrementAndGet();
  }

  /** Whether somebody else has descriptors of the same sockets, who accepts on. */
  public boolean isHandedOver() {
    return holders.get() > 1;
  }

  /** The other process is gone, or does not want them: they are this process's alone again. */
  public void takenBack() {
    holders.decrementAndGet();
  }

  private static int[][] same(int fd, int loops) {
    int[][] fds = new int[loops][];
    Arrays.fill(fds, new int[] {fd});
    return fds;
  }

  /** A socket file that nobody listens on any more stands in the way of bind: it goes. */
  private static void removeStale(Libc libc, UnixDomainSocketAddress unix) throws IOException {
    if (!Files.exists(unix.getPath(), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(unix.getPath(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & Abi.S_IFMT) != Abi.S_IFSOCK) {
      // Whatever it is, it is not ours: connecting to a regular file is refused, too.
      throw new IOException("cannot listen on " + unix + ": a file that is no socket is there");
    }
    Sockaddr to = Sockaddr.of(unix);
    int fd = libc.socket(Abi.AF_UNIX, Abi.SOCK_STREAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0);
    int connected = libc.connect(fd, to.memory(), to.bytes());
    libc.close(fd);
    if (connected == -Errno.ECONNREFUSED) {
      Files.delete(unix.getPath());
    }
  }

  /** Whether they are for datagrams. */
  public boolean datagrams() {
    return type == Abi.SOCK_DGRAM;
  }

  /** The address with the port that was chosen if port 0 was asked for. */
  public SocketAddress address() {
    return address;
  }

  /** The descriptors that loop {@code loop} accepts from: one, or several, or none any more. */
  public int[] fds(int loop) {
    return fds[loop].clone();
  }

  /** All of them; for whoever takes over from this process. */
  public int[] descriptors() {
    return Arrays.stream(fds).flatMapToInt(Arrays::stream).distinct().toArray();
  }

  /**
   * Nobody gets in line any more where loop {@code loop} accepts, unless somebody else accepts
   * there, too. Who tries hears nothing, tries again a second later, and meets whoever listens
   * then: a close with somebody in line would reset a connection that its client has already.
   */
  public void closeLine(int loop) {
    if (!common && !datagrams() && !isHandedOver()) {
      // A kernel that refuses leaves the short moment in which somebody may be reset.
      Libc libc = new Libc();
      Arrays.stream(fds[loop]).forEach(fd -> libc.attachFilter(fd, DROP_FIRST_SYN));
    }
  }

  /**
   * Closes the descriptors that only loop {@code loop} accepts from: on its thread, right after it
   * has taken in who waited there. With {@link #closeLine} before, nobody is reset.
   */
  public void close(int loop) {
    if (!common) {
      Arrays.stream(fds[loop]).forEach(new Libc()::close);
      fds[loop] = NONE;
    }
  }

  /** Closes what is not closed yet; the loops must have stopped accepting before. */
  public void close() {
    Arrays.stream(descriptors()).forEach(new Libc()::close);
    Arrays.fill(fds, NONE);
    if (holders.decrementAndGet() == 0 && file != null) {
      file.remove();
    }
  }
}
