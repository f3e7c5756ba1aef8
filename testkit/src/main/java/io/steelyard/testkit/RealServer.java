package io.steelyard.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real server as a process of its own, on a port of its own that it keeps when it restarts. */
public final class RealServer implements AutoCloseable {
  private final List<String> command;
  private final Path dir;
  private final int port;
  private Process process;

  private RealServer(Path dir, int port, List<String> command) throws IOException {
    this.dir = Files.createDirectories(dir);
    this.port = port;
    this.command = command;
    start();
  }

  /** Debian's redis-server, which keeps nothing on disk, with more options. */
  public static RealServer redis(Path dir, int port, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(Programs.found("redis-server")));
    command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
    command.addAll(List.of("--appendonly", "no", "--dir", dir.toString()));
    command.addAll(List.of(more));
    return new RealServer(dir, port, command);
  }

  /** A sentinel with what its file says; its port is added. */
  public static RealServer sentinel(Path dir, int port, String config) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve("sentinel.conf");
    Files.writeString(file, "port " + port + "\nbind 127.0.0.1\ndir " + dir + "\n" + config);
    String program = Programs.found("redis-server");
    return new RealServer(dir, port, List.of(program, file.toString(), "--sentinel"));
  }

  /** Debian's memcached. */
  public static RealServer memcached(Path dir, int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(Programs.found("memcached")));
    command.addAll(List.of("-l", "127.0.0.1", "-p", "" + port, "-U", "0", "-m", "32"));
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("-u", "nobody"));
    }
    return new RealServer(dir, port, command);
  }

  /** Debian's nginx with what its {@code server} block says; {@code %d} is the port. */
  public static RealServer nginx(Path dir, int port, String block) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve("nginx.conf");
    String main = "master_process off; events {}";
    String http = "server { %s }".formatted(block.formatted(port));
    Files.writeString(file, NginxConfiguration.of(dir, main, http));
    String program = Programs.found("nginx");
    return new RealServer(dir, port, List.of(program, "-p", dir.toString(), "-c", file.toString()));
  }

  /** The same, with what its {@code stream} block says. */
  public static RealServer nginxStream(Path dir, int port, String block) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve("nginx.conf");
    String main =
        """
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        master_process off;
        events {}
        stream { %s }
        """
            .formatted(block);
    Files.writeString(file, NginxConfiguration.of(dir, main, ""));
    String program = Programs.found("nginx");
    return new RealServer(dir, port, List.of(program, "-p", dir.toString(), "-c", file.toString()));
  }

  /** Debian's HAProxy with this configuration, in the foreground. */
  public static RealServer haproxy(Path dir, int port, String config) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve("haproxy.cfg");
    Files.writeString(file, config);
    return new RealServer(
        dir, port, List.of(Programs.found("haproxy"), "-db", "-f", file.toString()));
  }

  /** Where it listens. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The same, as URLs have it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Starts it again, where it was and with nothing. */
  public void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile())
            .start();
    Eventually.holds(command.getFirst() + " listens", () -> accepts() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(
          command.getFirst() + " ended: " + Files.readString(dir.resolve("output")));
    }
  }

  /** Ends it at once. */
  public void kill() {
    process.destroyForcibly();
    Eventually.holds("it has ended", () -> !process.isAlive());
  }

  /** Stops it without ending its connections: it takes new ones, and never answers. */
  public void freeze() throws Exception {
    Programs.run("kill", "-STOP", "" + process.pid());
  }

  /** Lets it go on. */
  public void thaw() throws Exception {
    Programs.run("kill", "-CONT", "" + process.pid());
  }

  /** What redis-cli prints. */
  public String cli(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(Programs.found("redis-cli"), "-p", "" + port));
    all.addAll(List.of(arguments));
    return Programs.run(all.toArray(String[]::new));
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
