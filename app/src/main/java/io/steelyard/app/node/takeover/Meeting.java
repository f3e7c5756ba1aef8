package io.steelyard.app.node.takeover;

import io.steelyard.net.DescriptorSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a process waits to be taken over: a UNIX socket that belongs to its owner alone, in a
 * folder of its user's. One thread.
 */
public final class Meeting implements AutoCloseable {
  private static final String PREFIX = "takeover-";
  private static final int DIGEST_CHARS = 16;

  /** Files that are looked at at a start. */
  private static final int SWEPT_MAX = 64;

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path path;
  private final Object inode;
  private final DescriptorSocket.Listening listening;

  private Meeting(Path path, DescriptorSocket.Listening listening) throws IOException {
    this.path = path;
    this.inode = inode(path);
    this.listening = listening;
  }

  /** The path of the socket. */
  public record Place(Path path) {
    /**
     * The place of whoever runs a configuration.
     *
     * @param source what tells the configuration from others: the absolute path of its file, say
     * @param environment of the process
     * @param user the number of its user
     */
    public static Place of(String source, Map<String, String> environment, int user) {
      return new Place(folder(environment, user).resolve(PREFIX + digest(source) + ".sock"));
    }

    /** What systemd gives the service, or what the system or this user keeps such things in. */
    private static Path folder(Map<String, String> environment, int user) {
      String given = environment.getOrDefault("RUNTIME_DIRECTORY", "");
      String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
      if (!given.isEmpty()) {
        return Path.of(given.split(":", 2)[0]);
      }
      if (user == 0) {
        return Path.of("/run/steelyard");
      }
      return runtime.isEmpty()
          ? Path.of("/tmp/steelyard-" + user)
          : Path.of(runtime).resolve("steelyard");
    }

    private static String digest(String source) {
      try {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        byte[] digest = sha.digest(source.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARS);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java has SHA-256", e);
      }
    }
  }

  /**
   * Waits there from now on, in place of whoever did before: the file is exchanged in one step.
   *
   * @throws IOException if that cannot be, or the folder is not this user's alone
   */
  public static Meeting at(Place place) throws IOException {
    Path folder = place.path().getParent();
    secure(folder);
    sweep(folder);
    Path made = Files.createTempDirectory(folder, ".").resolve("s");
    try {
      DescriptorSocket.Listening listening = DescriptorSocket.Listening.at(made);
      try {
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        Files.move(made, place.path(), StandardCopyOption.ATOMIC_MOVE);
        return new Meeting(place.path(), listening);
      } catch (IOException e) {
        listening.close();
        throw e;
      }
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(made.getParent());
    }
  }

  /** Who can write there could have sockets handed over to them. */
  private static void secure(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    }
    Map<String, Object> is =
        Files.readAttributes(folder, "unix:uid,isDirectory,permissions", LinkOption.NOFOLLOW_LINKS);
    if (!is.get("isDirectory").equals(true)
        || !is.get("uid").equals(user())
        || ((Set<?>) is.get("permissions")).stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new IOException(
          folder + " has to be a folder of this user's in which nobody else writes");
    }
  }

  /** Takes away what processes have left that were killed; those that wait are listening. */
  private static void sweep(Path folder) {
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, PREFIX + "*")) {
      int looked = 0;
      for (Path socket : sockets) {
        if (looked++ == SWEPT_MAX) {
          return;
        }
        Optional<DescriptorSocket> alive = DescriptorSocket.connect(socket, LOOK);
        alive.ifPresent(DescriptorSocket::close);
        if (alive.isEmpty()) {
          Files.deleteIfExists(socket);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // They do no harm.
    }
  }

  /** The number of the user whose process this is. */
  public static int user() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  private static Object inode(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** The next one who comes; empty when nobody has in time. */
  Optional<DescriptorSocket> accept(Duration atMost, Duration patience) throws IOException {
    return listening.accept(atMost, patience);
  }

  /** Takes the file away if it is still its own. */
  @Override
  public void close() {
    listening.close();
    try {
      if (inode(path).equals(inode)) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // It is gone, or stays: the next process puts its own there.
    }
  }
}
