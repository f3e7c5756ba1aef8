package io.steelyard.net.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.steelyard.net.Acceptor;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.DatagramReader;
import io.steelyard.net.Errno;
import io.steelyard.net.LoopOptions;
import io.steelyard.net.Sockaddr;
import io.steelyard.net.Transport;
import io.steelyard.net.socket.SocketLoop;
import io.steelyard.net.sys.Abi;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A loop on epoll. There on every Linux. */
public final class EpollLoop extends SocketLoop {
  private static final int EVENTS_PER_TURN = 256;
  private static final int ACCEPTS_PER_EVENT = 64;

  /** struct epoll_event is packed on x86-64 and padded elsewhere. */
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

  private static final int EVENT_BYTES = PACKED ? 12 : 16;
  private static final int DATA_OFFSET = PACKED ? 4 : 8;

  private static final class Listening {
    final int fd;
    final Acceptor acceptor;
    boolean wanted;

    Listening(int fd, Acceptor acceptor) {
      this.fd = fd;
      this.acceptor = acceptor;
    }
  }

  private final MemorySegment event = arena.allocate(16, 8);
  private final MemorySegment events = arena.allocate((long) EVENT_BYTES * EVENTS_PER_TURN, 8);
  private final Map<Integer, Listening> listening = new HashMap<>();
  private final ArrayDeque<EpollConnection> starving = new ArrayDeque<>();
  private EpollConnection[] connections = new EpollConnection[1024];

  /** By descriptor; an event that comes late finds another one with nothing to read. */
  private DatagramReader[] readers = new DatagramReader[64];

  /**
   * How often a descriptor was used: an event that was on its way when its connection closed is not
   * taken for the next's.
   */
  private int[] generations = new int[1024];

  private int epoll = -1;
  private int wakeFd = -1;

  public EpollLoop(LoopOptions options) {
    super(options, "epoll");
  }

  @Override
  public Transport transport() {
    return Transport.EPOLL;
  }

  @Override
  protected void open(int fd) throws IOException {
    wakeFd = fd;
    epoll = libc.epollCreate();
    if (epoll < 0) {
      throw new IOException("epoll_create1: " + Errno.text(-epoll));
    }
    add(wakeFd, Abi.EPOLLIN);
  }

  private int add(int fd, int interest) {
    event.set(JAVA_INT, 0, interest);
    event.set(JAVA_INT_UNALIGNED, DATA_OFFSET, fd);
    event.set(JAVA_INT_UNALIGNED, DATA_OFFSET + 4, generation(fd));
    return libc.epollCtl(epoll, Abi.EPOLL_CTL_ADD, fd, event);
  }

  private int generation(int fd) {
    return fd < generations.length ? generations[fd] : 0;
  }

  @Override
  protected void turn(long timeoutNs) {
    int n = libc.epollPoll(epoll, events, EVENTS_PER_TURN);
    if (n == 0 && timeoutNs > 0 && nothingPutOff() && mayBlock()) {
      n = libc.epollWaitBlocking(epoll, events, EVENTS_PER_TURN, timeoutMs(timeoutNs));
    }
    woke();
    for (int i = 0; i < n; i++) {
      long at = (long) i * EVENT_BYTES;
      dispatch(
          events.get(JAVA_INT_UNALIGNED, at),
          events.get(JAVA_INT_UNALIGNED, at + DATA_OFFSET),
          events.get(JAVA_INT_UNALIGNED, at + DATA_OFFSET + 4));
    }
    feedStarving();
    doPutOff();
  }

  private int timeoutMs(long timeoutNs) {
    long ms =
        timeoutNs == Long.MAX_VALUE ? -1 : Math.min(timeoutNs / 1_000_000 + 1, Integer.MAX_VALUE);
    // Whoever starves is looked after soon, even if nothing else happens.
    return starving.isEmpty() ? (int) ms : (int) Math.min(ms < 0 ? 10 : ms, 10);
  }

  private void dispatch(int mask, int fd, int generation) {
    EpollConnection c = fd < connections.length ? connections[fd] : null;
    if (c != null && generations[fd] == generation) {
      try {
        c.onEvent(mask);
      } catch (RuntimeException | Error e) {
        survived(c, e);
      }
    } else if (fd == wakeFd) {
      libc.clearEvent(wakeFd);
    } else if (fd < readers.length && readers[fd] != null) {
      tell(readers[fd]);
    } else {
      Listening l = listening.get(fd);
      if (l != null) {
        accept(l);
      }
    }
  }

  private void feedStarving() {
    for (int n = starving.size(); n > 0 && !buffers.scarce(); n--) {
      starving.poll().fed();
    }
  }

  // ---- listening

  @Override
  public void listen(int fd, Acceptor acceptor) {
    listening.put(fd, new Listening(fd, acceptor));
    resumeAccepting(fd);
  }

  @Override
  public void unlisten(int fd, boolean takeWaiting) {
    Listening l = listening.get(fd);
    if (l != null) {
      pauseAccepting(fd);
      l.wanted = takeWaiting;
      while (takeWaiting && accept(l)) {
        // Until the backlog is empty: what is left there is reset when the socket closes.
      }
      listening.remove(fd);
    }
  }

  @Override
  public void pauseAccepting(int fd) {
    Listening l = listening.get(fd);
    if (l == null || !l.wanted) {
      return;
    }
    l.wanted = false;
    libc.epollCtl(epoll, Abi.EPOLL_CTL_DEL, fd, event);
  }

  @Override
  public void resumeAccepting(int fd) {
    Listening l = listening.get(fd);
    if (l == null || l.wanted) {
      return;
    }
    l.wanted = true;
    add(fd, Abi.EPOLLIN | Abi.EPOLLEXCLUSIVE);
  }

  /** Accepts some; returns whether there may be more. */
  private boolean accept(Listening l) {
    for (int i = 0; i < ACCEPTS_PER_EVENT && l.wanted; i++) {
      int fd = accept(l.fd, Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC);
      if (fd < 0) {
        if (fd != -Errno.EAGAIN && fd != -Errno.ECONNABORTED && fd != -Errno.EINTR) {
          countAcceptFailure();
          l.acceptor.acceptFailed(l.fd, -fd);
        }
        return fd == -Errno.ECONNABORTED || fd == -Errno.EINTR;
      }
      countAccepted();
      EpollConnection c = new EpollConnection(this, fd, false, null);
      c.remoteAddress(accepted());
      try {
        c.handler(l.acceptor.accepted(c));
        if (!c.isClosed()) {
          register(c);
        }
      } catch (RuntimeException | Error e) {
        survived(c, e);
      }
      if (!listening.containsKey(l.fd)) {
        return false;
      }
    }
    return l.wanted;
  }

  // ---- datagrams

  @Override
  public void watch(int fd, DatagramReader reader) {
    if (fd >= readers.length) {
      readers = Arrays.copyOf(readers, Integer.highestOneBit(fd) << 1);
    }
    readers[fd] = reader;
    add(fd, Abi.EPOLLIN);
  }

  @Override
  public void unwatch(int fd) {
    if (fd < readers.length && readers[fd] != null) {
      readers[fd] = null;
      // Closing is not enough where others have the socket, too.
      libc.epollCtl(epoll, Abi.EPOLL_CTL_DEL, fd, event);
    }
  }

  // ---- connections

  @Override
  public Connection connect(Sockaddr to, ConnectionHandler handler) {
    int fd = libc.socket(to.family(), Abi.SOCK_STREAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0);
    EpollConnection c = new EpollConnection(this, fd, true, handler);
    if (fd < 0) {
      c.brokenFromTheStart(-fd);
      putOff(c);
      return c;
    }
    if (!to.unix()) {
      libc.setsockopt(fd, Abi.IPPROTO_TCP, Abi.TCP_NODELAY, 1);
    }
    int r = libc.connect(fd, to.memory(), to.bytes());
    register(c);
    if (r == 0) {
      putOff(c);
    } else if (r != -Errno.EINPROGRESS) {
      c.brokenFromTheStart(-r);
      putOff(c);
    }
    return c;
  }

  private void register(EpollConnection c) {
    if (c.fd() >= connections.length) {
      int larger = Integer.highestOneBit(c.fd()) << 1;
      connections = Arrays.copyOf(connections, larger);
      generations = Arrays.copyOf(generations, larger);
    }
    connections[c.fd()] = c;
    generations[c.fd()]++;
    countOpen(1);
    add(c.fd(), Abi.EPOLLIN | Abi.EPOLLOUT | Abi.EPOLLRDHUP | Abi.EPOLLET);
  }

  /** Called once by each connection when it closes. */
  void closed(EpollConnection c) {
    if (c.fd() < 0) {
      return;
    }
    if (c.fd() < connections.length && connections[c.fd()] == c) {
      connections[c.fd()] = null;
      countOpen(-1);
    }
    libc.close(c.fd());
  }

  void starved(EpollConnection c) {
    starving.add(c);
  }

  @Override
  protected void shutDown() {
    List<EpollConnection> open = new ArrayList<>();
    for (EpollConnection c : connections) {
      if (c != null) {
        open.add(c);
      }
    }
    open.forEach(EpollConnection::close);
    libc.close(epoll);
    letGo();
  }
}
