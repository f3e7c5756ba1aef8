package io.steelyard.admin;

import java.io.IOException;
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
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/**
 * The admin API at a UNIX socket that belongs to its owner alone. Each connection has one request,
 * and then is closed.
 */
public final class UnixServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.admin");

  /** Connections at a time. More than there are streams. */
  private static final int CONNECTIONS_MAX = 64;

  private static final int BACKLOG = 64;

  private final Path path;
  private final Object inode;
  private final PlainServer server;

  private UnixServer(
      Path path, ServerSocketChannel listening, AdminHandler handler, PlainServer.Limits limits)
      throws IOException {
    this.path = path;
    this.inode = inode(path);
    Places places = new Places(CONNECTIONS_MAX, CONNECTIONS_MAX, 0);
    this.server = new PlainServer(listening, new Door(path), handler, limits, places);
  }

  /** Everybody is the user whom the kernel names. */
  private record Door(Path path) implements Peer.Door {
    private static final Places.Origin ORIGIN = new Places.Origin("here", true);

    @Override
    public Places.Origin origin(SocketChannel channel) {
      return ORIGIN;
    }

    @Override
    public Peer open(SocketChannel channel) throws IOException {
      String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      Caller caller = new Caller("user " + user, "unix:" + path);
      return new Peer(
          new RewindInput(Channels.newInputStream(channel)),
          Channels.newOutputStream(channel),
          channel::shutdownOutput,
          _ -> caller,
          Optional.empty(),
          Optional.empty(),
          false);
    }
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
    demandFree(path);
    return make(path, handler, PlainServer.Limits.DEFAULT);
  }

  /**
   * The same in place of another process that listens there: who connects from now on comes here.
   */
  public static UnixServer replace(Path path, AdminHandler handler) throws IOException {
    return make(path, handler, PlainServer.Limits.DEFAULT);
  }

  static UnixServer bind(Path path, AdminHandler handler, PlainServer.Limits limits)
      throws IOException {
    demandFree(path);
    return make(path, handler, limits);
  }

  private static UnixServer make(Path path, AdminHandler handler, PlainServer.Limits limits)
      throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      place(listening, path);
      return new UnixServer(path, listening, handler, limits);
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
    return server.busy();
  }

  /** Where it listens. */
  public Path path() {
    return path;
  }

  /** Answers from now on; to be called once. */
  public void serve() {
    server.serve();
  }

  /** Stops at once, and takes the socket's file away if it is still its own. */
  @Override
  public void close() {
    try (server) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && inode(path).equals(inode)) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the admin socket {0} stays behind: {1}", path, e.getMessage());
    }
  }
}
