package io.steelyard.app.e2e;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.NginxConfiguration;
import io.steelyard.testkit.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's nginx with all its files below one directory: it answers what begins with {@code /small}
 * itself, takes PUT below {@code /up/}, and serves what lies in {@link #www()}. It is one process,
 * or a master with workers, which can be told to be slow and to be fast again.
 *
 * <p>sendfile is off so that a response of up to 32 KiB leaves in one write: when the process is
 * killed, the balancer has either all of it or nothing.
 */
final class Nginx implements AutoCloseable {
  static final String SMALL = "a small answer ".repeat(8);

  /**
   * As many bytes of an answer leave in each second when it is slow: a small one takes one or two.
   */
  private static final int SLOW_BYTES_PER_S = 200;

  private static final int UNLIMITED = 0;

  private final Path dir;
  private final int port;
  private final int workers;
  private Process process;

  private Nginx(Path dir, int port, int workers) {
    this.dir = dir;
    this.port = port;
    this.workers = workers;
  }

  /** Starts one of a single process, whose files are in {@code dir}, which is made. */
  static Nginx in(Path dir) throws IOException {
    return started(new Nginx(dir, FreePorts.any(), 0));
  }

  /** The same with a master and workers. */
  static Nginx withWorkers(int workers, Path dir) throws IOException {
    return started(new Nginx(dir, FreePorts.any(), workers));
  }

  private static Nginx started(Nginx nginx) throws IOException {
    Files.createDirectories(nginx.www());
    Files.createDirectories(nginx.dir.resolve("up"));
    nginx.configure(UNLIMITED);
    nginx.start();
    return nginx;
  }

  private void configure(int bytesPerS) throws IOException {
    Files.writeString(dir.resolve("nginx.conf"), configuration(bytesPerS));
  }

  private String configuration(int bytesPerS) {
    String main =
        """
        master_process %s;
        worker_processes %d;
        events { worker_connections 16384; }
        """
            .formatted(workers > 0 ? "on" : "off", Math.max(1, workers));
    String http =
        """
        sendfile off;
        client_max_body_size 0;
        keepalive_requests 100000000;
        server {
          listen 127.0.0.1:%2$d backlog=4096;
          root %1$s/www;
          location /small { limit_rate %4$d; return 200 "%3$s"; }
          location = /healthz { return 204; }
          location /up/ { root %1$s; dav_methods PUT; }
        }
        """
            .formatted(dir, port, SMALL, bytesPerS);
    return NginxConfiguration.of(dir, main, http);
  }

  /** Starts it again after {@link #kill}; returns when it accepts connections. */
  void start() throws IOException {
    if (process != null) {
      Launched.await(() -> !process.isAlive() && !accepts());
    }
    process =
        new ProcessBuilder(
                Programs.found("nginx"),
                "-p",
                dir.toString(),
                "-c",
                dir.resolve("nginx.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile())
            .start();
    Launched.await(() -> accepts() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError("nginx ended: " + Files.readString(dir.resolve("output")));
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  /** What it serves. */
  Path www() {
    return dir.resolve("www");
  }

  /** Where a PUT to {@code /up/name} has gone, if it came here. */
  Path uploaded(String name) {
    return dir.resolve("up").resolve(name);
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  boolean running() {
    return process.isAlive();
  }

  /** SIGKILL for all its processes, without waiting for the end. */
  void crash() {
    List<ProcessHandle> orphans = process.children().toList();
    process.destroyForcibly();
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  /** SIGSTOP for all its processes: the kernel accepts connections for it, and nobody answers. */
  void freeze() throws IOException, InterruptedException {
    signalAll("STOP");
  }

  /** SIGCONT after {@link #freeze}. */
  void thaw() throws IOException, InterruptedException {
    signalAll("CONT");
  }

  private void signalAll(String name) throws IOException, InterruptedException {
    Launched.signal(name, process.pid());
    for (ProcessHandle worker : process.children().toList()) {
      Launched.signal(name, worker.pid());
    }
  }

  /** New workers answer slowly; returns when those before have finished and ended. */
  void slow() throws IOException, InterruptedException {
    reload(SLOW_BYTES_PER_S);
  }

  /** New workers answer as fast as they can; returns when those before have finished and ended. */
  void fast() throws IOException, InterruptedException {
    reload(UNLIMITED);
  }

  private void reload(int bytesPerS) throws IOException, InterruptedException {
    List<ProcessHandle> before = process.children().toList();
    configure(bytesPerS);
    Launched.signal("HUP", process.pid());
    Launched.await(() -> {
      List<ProcessHandle> now = process.children().toList();
      return now.size() == workers && now.stream().noneMatch(before::contains);
    });
  }

  /** Crashes it; returns when it has ended. */
  void kill() {
    crash();
    Launched.await(() -> !process.isAlive());
  }

  @Override
  public void close() {
    kill();
  }
}
