package io.steelyard.app.e2e;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's nginx in one process, with all its files below one directory: it answers {@code /small}
 * itself, takes PUT below {@code /up/}, and serves what lies in {@link #www()}.
 *
 * <p>sendfile is off so that a response of up to 32 KiB leaves in one write: when the process is
 * killed, the balancer has either all of it or nothing.
 */
final class Nginx implements AutoCloseable {
  static final String SMALL = "a small answer ".repeat(8);

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"));

  private final Path dir;
  private final int port;
  private Process process;

  private Nginx(Path dir, int port) {
    this.dir = dir;
    this.port = port;
  }

  /** Starts one whose files are in {@code dir}, which is made. */
  static Nginx in(Path dir) throws IOException {
    Nginx nginx = new Nginx(dir, Web.freePort());
    Files.createDirectories(nginx.www());
    Files.createDirectories(dir.resolve("up"));
    Files.writeString(dir.resolve("nginx.conf"), nginx.configuration());
    nginx.start();
    return nginx;
  }

  private String configuration() {
    return """
    daemon off;
    master_process off;
    pid %1$s/pid;
    error_log %1$s/error.log warn;
    events { worker_connections 16384; }
    http {
      access_log off;
      sendfile off;
      client_max_body_size 0;
      keepalive_requests 100000000;
      client_body_temp_path %1$s/body;
      proxy_temp_path %1$s/proxy;
      fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi;
      scgi_temp_path %1$s/scgi;
      server {
        listen 127.0.0.1:%2$d backlog=4096;
        root %1$s/www;
        location = /small { return 200 "%3$s"; }
        location /up/ { root %1$s; dav_methods PUT; }
      }
    }
    """
        .formatted(dir, port, SMALL);
  }

  /** Starts it again after {@link #kill}; returns when it accepts connections. */
  void start() throws IOException {
    if (process != null) {
      Launched.await(() -> !process.isAlive());
    }
    Path program =
        PLACES.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new AssertionError("nginx is missing; ./test installs it"));
    process =
        new ProcessBuilder(
                program.toString(),
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

  /** SIGKILL, without waiting for the end. */
  void crash() {
    process.destroyForcibly();
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
