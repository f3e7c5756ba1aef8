package io.steelyard.control.check;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real server as a process of its own, all its files below one directory. */
final class RealServer implements AutoCloseable {
  private static final List<String> PLACES = List.of("/usr/sbin/", "/usr/bin/", "/usr/local/bin/");

  private final Process process;
  private final int port;

  private RealServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Debian's redis-server. */
  static RealServer redis(Path dir) throws IOException {
    int port = FreePorts.any();
    return start(
        dir,
        port,
        "redis-server",
        List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--dir", dir.toString()));
  }

  /** Debian's nginx with what its {@code server} block says; {@code %d} is the port. */
  static RealServer nginx(Path dir, String block) throws IOException {
    int port = FreePorts.any();
    Files.writeString(
        dir.resolve("nginx.conf"),
        """
        daemon off;
        master_process off;
        pid %1$s/pid;
        error_log %1$s/error.log warn;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server { %2$s }
        }
        """
            .formatted(dir, block.formatted(port)));
    String file = dir.resolve("nginx.conf").toString();
    return start(dir, port, "nginx", List.of("-p", dir.toString(), "-c", file));
  }

  private static RealServer start(Path dir, int port, String program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(found(program)));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile())
            .start();
    RealServer server = new RealServer(process, port);
    Eventually.holds(program + " listens", () -> server.accepts() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(program + " ended: " + Files.readString(dir.resolve("output")));
    }
    return server;
  }

  private static String found(String program) {
    return PLACES.stream()
        .map(place -> place + program)
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(program + " is missing; ./test installs it"));
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Eventually.holds("it has ended", () -> !process.isAlive());
  }
}
