package io.steelyard.app.contract;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A store that balancers share, which can be killed and comes back with nothing. */
final class StoreServer implements AutoCloseable {
  /** What it speaks. */
  enum Kind {
    REDIS,
    MEMCACHED
  }

  private final Kind kind;
  private final Path dir;
  private final int port;
  private Process process;

  StoreServer(Kind kind, Path dir) throws IOException {
    this.kind = kind;
    this.dir = Files.createDirectories(dir);
    this.port = FreePorts.any();
    start();
  }

  int port() {
    return port;
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    Launched.await(this::accepts);
  }

  private List<String> command() {
    if (kind == Kind.REDIS) {
      return List.of(
          "redis-server",
          "--port",
          "" + port,
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--dir",
          "" + dir);
    }
    List<String> command =
        new ArrayList<>(List.of("memcached", "-l", "127.0.0.1", "-p", "" + port, "-U", "0"));
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("-u", "nobody"));
    }
    return command;
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  void kill() {
    process.destroyForcibly();
    Launched.await(() -> !process.isAlive());
  }

  @Override
  public void close() {
    kill();
  }
}
