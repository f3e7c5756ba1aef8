package io.steelyard.net.uring;

import io.steelyard.net.Acceptor;
import io.steelyard.net.Buffer;
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
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A loop on io_uring: one system call for a whole batch of work. Where the kernel (6.1 or newer)
 * and the container permit.
 */
public final class UringLoop extends SocketLoop {
  private static final long STARVING_WAIT_NS = 10_000_000;
  private static final int ACCEPTED_FLAGS = Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;

  private static final class Listening {
    final int id;
    final int fd;
    final Acceptor acceptor;
    boolean armed;
    boolean wanted;
    boolean ended;

    Listening(int id, int fd, Acceptor acceptor) {
      this.id = id;
      this.fd = fd;
      this.acceptor = acceptor;
    }
  }

  /** By descriptor, while somebody listens. */
  private final Map<Integer, Listening> listening = new HashMap<>();

  /** By a number of their own, until the kernel has let go of them: descriptors are used again. */
  private final Map<Integer, Listening> accepting = new HashMap<>();

  private int listeningCount;
  private final ArrayDeque<UringConnection> starving = new ArrayDeque<>();
  private UringConnection[] connections = new UringConnection[1024];
  private int[] freeIds = new int[1024];
  private int freeIdCount;
  private int idCount;
  private final Ring.Completions completions = this::completed;
  private Ring ring;
  private Submissions submissions;
  private ProvidedBuffers provided;
  private Watches watches;
  private int wakeFd;
  private boolean shutting;

  public UringLoop(LoopOptions options) {
    super(options, "uring");
  }

  @Override
  public Transport transport() {
    return Transport.IO_URING;
  }

  @Override
  protected void open(int fd) throws IOException {
    ring = new Ring(libc);
    submissions = new Submissions(ring);
    watches = new Watches(submissions);
    provided = new ProvidedBuffers(libc, buffers);
    ring.registerBuffers(provided.ring(), ProvidedBuffers.ENTRIES);
    provided.replenish();
    wakeFd = fd;
    armWake();
  }

  private void armWake() {
    submissions.pollWake(wakeFd);
  }

  @Override
  protected int buffersLent() {
    return provided == null ? 0 : provided.lent();
  }

  @Override
  protected void turn(long timeoutNs) {
    long wait = starving.isEmpty() ? timeoutNs : Math.min(timeoutNs, STARVING_WAIT_NS);
    if (wait > 0 && nothingPutOff() && !ring.anythingCompleted() && mayBlock()) {
      ring.enter(1, wait);
    } else {
      ring.enter(0, 0);
    }
    woke();
    ring.drain(completions);
    doPutOff();
    provided.replenish();
    feedStarving();
  }

  private void completed(long userData, int result, int flags) {
    int about = (int) (userData >>> 32);
    int id = (int) userData;
    switch (about) {
      case Submissions.ABOUT_NOTHING -> {}
      case Submissions.ABOUT_WAKE -> wakeUp(flags);
      case Submissions.ABOUT_ACCEPT -> accepted(id, result, flags);
      case Submissions.ABOUT_READER -> readable(id);
      default -> {
        UringConnection c = connections[id];
        try {
          c.completed(about, result, flags);
        } catch (RuntimeException | Error e) {
          survived(c, e);
        }
      }
    }
  }

  private void readable(int id) {
    DatagramReader reader = watches.completed(id);
    if (shutting) {
      return;
    }
    if (reader != null) {
      tell(reader);
    }
    watches.again(id);
  }

  private void wakeUp(int flags) {
    libc.clearEvent(wakeFd);
    if ((flags & Ring.CQE_MORE) == 0 && !shutting) {
      armWake();
    }
  }

  private void feedStarving() {
    for (int n = starving.size(); n > 0 && provided.lent() > 0; n--) {
      starving.poll().fed();
    }
  }

  // ---- listening

  @Override
  public void listen(int fd, Acceptor acceptor) {
    Listening l = new Listening(listeningCount++, fd, acceptor);
    listening.put(fd, l);
    accepting.put(l.id, l);
    resumeAccepting(fd);
  }

  @Override
  public void unlisten(int fd, boolean takeWaiting) {
    Listening l = listening.get(fd);
    if (l == null) {
      return;
    }
    pauseAccepting(fd);
    for (int c = takeWaiting ? accept(fd) : -1; c >= 0; c = accept(fd)) {
      taken(l, c);
    }
    listening.remove(fd);
    l.ended = true;
    if (!l.armed) {
      accepting.remove(l.id);
    }
  }

  private int accept(int listenFd) {
    return libc.accept4(listenFd, ACCEPTED_FLAGS);
  }

  @Override
  public void pauseAccepting(int fd) {
    Listening l = listening.get(fd);
    if (l != null && l.wanted) {
      l.wanted = false;
      submissions.cancelAccept(l.id);
    }
  }

  @Override
  public void resumeAccepting(int fd) {
    Listening l = listening.get(fd);
    if (l != null && !l.wanted) {
      l.wanted = true;
      armAccept(l);
    }
  }

  private void armAccept(Listening l) {
    if (!l.armed) {
      l.armed = true;
      submissions.accept(l.fd, l.id, ACCEPTED_FLAGS);
    }
  }

  private void accepted(int id, int result, int flags) {
    Listening l = accepting.get(id);
    if ((flags & Ring.CQE_MORE) == 0) {
      l.armed = false;
    }
    if (result >= 0) {
      taken(l, result);
    } else if (result != -Errno.ECANCELED
        && result != -Errno.ECONNABORTED
        && result != -Errno.EAGAIN) {
      countAcceptFailure();
      l.acceptor.acceptFailed(l.fd, -result);
    }
    if (!l.armed && l.wanted && !shutting) {
      armAccept(l);
    } else if (!l.armed && (l.ended || shutting)) {
      accepting.remove(id);
      if (!shutting) {
        listening.values().forEach(this::acceptMissed);
      }
    }
  }

  /**
   * Of several that accept from one UNIX socket the kernel wakes one: if that was told to stop just
   * then, who came waits for another to look.
   */
  private void acceptMissed(Listening l) {
    for (int c = l.wanted ? accept(l.fd) : -1; c >= 0; c = l.wanted ? accept(l.fd) : -1) {
      taken(l, c);
    }
  }

  private void taken(Listening l, int fd) {
    if (shutting) {
      libc.close(fd);
      return;
    }
    countAccepted();
    UringConnection c = new UringConnection(this, newId(), fd, false, null);
    connections[c.id] = c;
    countOpen(1);
    try {
      c.handler(l.acceptor.accepted(c));
      c.start();
    } catch (RuntimeException | Error e) {
      survived(c, e);
    }
  }

  // ---- datagrams

  @Override
  public void watch(int fd, DatagramReader reader) {
    watches.add(fd, reader);
  }

  @Override
  public void unwatch(int fd) {
    watches.remove(fd);
  }

  // ---- connections

  @Override
  public Connection connect(Sockaddr to, ConnectionHandler handler) {
    int fd = libc.socket(to.family(), Abi.SOCK_STREAM | ACCEPTED_FLAGS, 0);
    UringConnection c = new UringConnection(this, newId(), fd, true, handler);
    connections[c.id] = c;
    countOpen(1);
    if (fd < 0) {
      c.brokenFromTheStart(-fd);
      return c;
    }
    if (!to.unix()) {
      libc.setsockopt(fd, Abi.IPPROTO_TCP, Abi.TCP_NODELAY, 1);
    }
    c.connect(to);
    return c;
  }

  private int newId() {
    if (freeIdCount > 0) {
      return freeIds[--freeIdCount];
    }
    if (idCount == connections.length) {
      connections = Arrays.copyOf(connections, 2 * idCount);
      freeIds = Arrays.copyOf(freeIds, 2 * idCount);
    }
    return idCount++;
  }

  /** Called once by each connection when nothing of it is with the kernel any more. */
  void gone(UringConnection c) {
    connections[c.id] = null;
    freeIds[freeIdCount++] = c.id;
  }

  /** Called once by each connection when it closes. */
  void closed() {
    countOpen(-1);
  }

  void starved(UringConnection c) {
    provided.ranOut();
    starving.add(c);
  }

  Buffer taken(int flags, int bytes) {
    return provided.taken(flags >>> 16, bytes);
  }

  Submissions submissions() {
    return submissions;
  }

  @Override
  protected void shutDown() {
    shutting = true;
    for (int fd : listening.keySet().toArray(Integer[]::new)) {
      pauseAccepting(fd);
    }
    for (int i = 0; i < idCount; i++) {
      if (connections[i] != null) {
        connections[i].close();
      }
    }
    // The kernel still has buffers and descriptors of what is being cancelled: wait until it has
    // let go of all.
    for (int i = 0; i < 1000 && freeIdCount < idCount; i++) {
      ring.enter(1, 10_000_000);
      ring.drain(completions);
    }
    ring.close();
    provided.close();
    letGo();
  }
}
