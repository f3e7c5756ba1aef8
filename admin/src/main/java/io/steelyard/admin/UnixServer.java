package io.steelyard.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * The admin API at a UNIX socket that belongs to its owner alone. The JDK's HTTP server knows no
 * such sockets: here each connection has one request, on a virtual thread, and then is closed.
 */
public final class UnixServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.admin");

  /** Connections at a time; further ones wait in the kernel. More than there are streams. */
  private static final int CONNECTIONS_MAX = 64;

  private static final int BACKLOG = 64;

  /** From the connection to the end of its answer. */
  private static final Duration REQUEST = Duration.ofMinutes(1);

  /** The same for a stream of events: longer than that lasts. */
  private static final Duration STREAM = Duration.ofMinutes(5);

  /** To read the answer to the end once it is sent. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private static final int LEFT_BYTES_MAX = 64 * 1024;

  private final Path path;
  private final Object inode;
  private final ServerSocketChannel listening;
  private final AdminHandler handler;
  private final Duration request;
  private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor deadlines;

  private UnixServer(
      Path path, ServerSocketChannel listening, AdminHandler handler, Duration request)
      throws IOException {
    this.path = path;
    this.inode = inode(path);
    this.listening = listening;
    this.handler = handler;
    this.request = request;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("admin deadlines").factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /**
   * Finds out whether a socket could be made there: nothing is there, or what a process has left
   * that is gone.
   *
   * @throws IOException saying what is in the way
   */
  public static void demandFree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes what =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!what.isOther()) {
      throw new IOException("socket of admin: " + path + " is there already, and is no socket");
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException(
          "socket of admin: another process listens at " + probe.getRemoteAddress());
    } catch (ConnectException e) {
      // Nobody listens there any more.
    }
  }

  /**
   * Listens; whoever connects waits until it serves.
   *
   * @throws IOException saying why there can be no socket
   */
  public static UnixServer bind(Path path, AdminHandler handler) throws IOException {
    return bind(path, handler, REQUEST);
  }

  /**
   * The same in place of another process that listens there: who connects from now on comes here.
   */
  public static UnixServer replace(Path path, AdminHandler handler) throws IOException {
    return make(path, handler, REQUEST);
  }

  static UnixServer bind(Path path, AdminHandler handler, Duration request) throws IOException {
    demandFree(path);
    return make(path, handler, request);
  }

  private static UnixServer make(Path path, AdminHandler handler, Duration request)
      throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      place(listening, path);
      return new UnixServer(path, listening, handler, request);
    } catch (IOException e) {
      listening.close();
      throw new IOException("socket of admin: cannot make " + path + ": " + why(e), e);
    }
  }

  private static String why(IOException e) {
    return e instanceof FileSystemException file && file.getReason() == null
        ? e.getClass().getSimpleName().replace("Exception", "")
        : e.getMessage();
  }

  /**
   * Where nobody else can get at it until it is its owner's alone; then moved, in one step, also
   * over what is left of a former one.
   */
  private static void place(ServerSocketChannel listening, Path path) throws IOException {
    Path folder =
        Files.createTempDirectory(
            path.getParent(),
            ".",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path made = folder.resolve("s");
    try {
      listening.bind(UnixDomainSocketAddress.of(made), BACKLOG);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(folder);
    }
  }

  private static Object inode(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** How many connections there are. */
  int busy() {
    return open.size();
  }

  /** Where it listens. */
  public Path path() {
    return path;
  }

  /** Answers from now on; to be called once. */
  public void serve() {
    Thread.ofVirtual().name("admin socket").start(this::accept);
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        room.acquire();
        SocketChannel channel = listening.accept();
        open.add(channel);
        Thread.ofVirtual().name("admin request").start(() -> serve(channel));
      } catch (IOException e) {
        room.release();
        if (listening.isOpen()) {
          LOG.log(Level.WARNING, "the admin socket cannot accept: {0}", e.getMessage());
          pause();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** As long as there are no file descriptors, say. */
  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      answer(channel);
    } catch (IOException | NotHttp e) {
      // The client is gone or was too slow, or has been told.
    } catch (RuntimeException e) {
      if (listening.isOpen()) {
        LOG.log(Level.ERROR, "a request at the admin socket failed", e);
      }
    } finally {
      open.remove(channel);
      room.release();
    }
  }

  private void answer(SocketChannel channel) throws IOException, NotHttp {
    ScheduledFuture<?> late = closeAfter(channel, request);
    try {
      UnixExchange exchange = exchange(channel);
      if (EventsResource.isStream(exchange)) {
        late.cancel(false);
        late = closeAfter(channel, STREAM);
      }
      Caller caller = caller(channel);
      handler.handle(exchange, asked -> caller);
      farewell(channel);
    } finally {
      late.cancel(false);
    }
  }

  private UnixExchange exchange(SocketChannel channel) throws IOException, NotHttp {
    InputStream in = Channels.newInputStream(channel);
    OutputStream out = Channels.newOutputStream(channel);
    try {
      return new UnixExchange(PlainRequest.read(in, out), out);
    } catch (NotHttp e) {
      UnixExchange.refuse(out, e.answer());
      farewell(channel);
      throw e;
    }
  }

  private ScheduledFuture<?> closeAfter(SocketChannel channel, Duration patience) {
    return deadlines.schedule(() -> close(channel), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is given up anyway.
    }
  }

  /** A socket that is closed with something unread in it would tell its peer of a failure. */
  private void farewell(SocketChannel channel) throws IOException {
    ScheduledFuture<?> late = closeAfter(channel, FAREWELL);
    try {
      channel.shutdownOutput();
      InputStream in = Channels.newInputStream(channel);
      in.skip(LEFT_BYTES_MAX);
    } finally {
      late.cancel(false);
    }
  }

  /** The kernel knows whose process it is. */
  private Caller caller(SocketChannel channel) throws IOException {
    String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    return new Caller("user " + user, "unix:" + path);
  }

  /** Stops at once, and takes the socket's file away if it is still its own. */
  @Override
  public void close() {
    try (listening) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && inode(path).equals(inode)) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the admin socket {0} stays behind: {1}", path, e.getMessage());
    }
    open.forEach(UnixServer::close);
    deadlines.shutdownNow();
  }
}
