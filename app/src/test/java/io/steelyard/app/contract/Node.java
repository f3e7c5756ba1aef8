package io.steelyard.app.contract;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** One of two balancers of the same kind that serve the same sites. */
final class Node implements AutoCloseable {
  private static final int STOP_S = 10;
  private static final long LEARNS_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Kind kind;
  private final Path dir;
  private final int index;
  private final int port;
  private final int adminPort;
  private final Links links;
  private Process process;
  private int reloads;

  /** What it remembered when it was stopped. */
  private int remembered;

  /** What a configuration is made of. */
  record Site(
      Path dir, int index, int port, int adminPort, Links links, List<NamedServer> servers) {}

  /** A kind of balancer, set up to keep sessions in one way. */
  interface Kind {
    String title();

    /** The file's content. */
    String configuration(Site site);

    /** The command that runs it in the foreground. */
    List<String> command(Path file, Site site);

    /** The signal that makes it read its file again. */
    String reload();

    /** Sessions that it has been told of so far, if it says so. */
    default int remembered(Site site) {
      return 0;
    }

    /** The store that balancers of this kind share. */
    default Optional<StoreKind> store() {
      return Optional.empty();
    }

    /** Whether it says that it is ready for clients, if it says such things. */
    default boolean ready(Site site) {
      return true;
    }

    /** Whether it says that it knows all that is known, if it says such things. */
    default boolean inStep(Site site) {
      return true;
    }

    /** Whether it has read its file so often; a worker that is new says so, too. */
    default boolean reloaded(Site site, int times, boolean newWorker) {
      return newWorker;
    }
  }

  Node(Kind kind, Path dir, int index, Links links) throws IOException {
    this.kind = kind;
    this.dir = Files.createDirectories(dir);
    this.index = index;
    this.port = FreePorts.any();
    this.adminPort = FreePorts.any();
    this.links = links;
  }

  int port() {
    return port;
  }

  private Site site(List<NamedServer> servers) {
    return new Site(dir, index, port, adminPort, links, servers);
  }

  private Path write(List<NamedServer> servers) throws IOException {
    Path next = dir.resolve("next");
    Files.writeString(next, kind.configuration(site(servers)));
    return Files.move(next, dir.resolve("conf"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns when it answers. */
  void start(List<NamedServer> servers) throws IOException {
    List<String> command = kind.command(write(servers), site(servers));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(dir.resolve("log").toFile()))
            .start();
    reloads = 0;
    Launched.await(() -> answers() && kind.ready(site(servers)));
    awaitRemembered(site(servers), remembered);
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
          .startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns when it says that it knows all that is known. */
  void awaitInStep() {
    Launched.await(() -> kind.inStep(site(List.of())));
  }

  /** Returns when it says that it may not know all. */
  void awaitDegraded() {
    Launched.await(() -> !kind.inStep(site(List.of())));
  }

  /** Reads a configuration with these servers. */
  void reload(List<NamedServer> servers) throws IOException, InterruptedException {
    Site site = site(servers);
    remembered = kind.remembered(site);
    write(servers);
    Set<Long> before = workers();
    Launched.signal(kind.reload(), process.pid());
    reloads++;
    Launched.await(() -> kind.reloaded(site, reloads, !before.containsAll(workers())) && answers());
    awaitRemembered(site, remembered);
  }

  /** Gives it some seconds to learn from its former process, or from its peer. */
  private void awaitRemembered(Site site, int wanted) {
    long endNs = System.nanoTime() + LEARNS_NS;
    while (kind.remembered(site) < wanted && System.nanoTime() - endNs < 0) {
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private Set<Long> workers() {
    return process.children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  /** Stops it in good order. */
  void stop() throws InterruptedException {
    remembered = kind.remembered(site(List.of()));
    process.destroy();
    if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /** SIGKILL for it and its workers. */
  void kill() {
    List<ProcessHandle> workers = process.descendants().toList();
    process.destroyForcibly();
    workers.forEach(ProcessHandle::destroyForcibly);
    Launched.await(() -> !process.isAlive());
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      kill();
    }
  }
}
