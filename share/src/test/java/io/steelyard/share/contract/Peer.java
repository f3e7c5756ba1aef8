package io.steelyard.share.contract;

import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real server as a process of its own, on a port of its own that it keeps when it restarts. */
public final class Peer implements AutoCloseable {
  private static final List<String> PLACES = List.of("/usr/sbin/", "/usr/bin/", "/usr/local/bin/");

  private final List<String> command;
  private final Path dir;
  private final int port;
  private Process process;

  private Peer(Path dir, int port, List<String> command) throws IOException {
    this.dir = Files.createDirectories(dir);
    this.port = port;
    this.command = command;
    start();
  }

  /** Debian's redis-server, which keeps nothing on disk, with more options. */
  public static Peer redis(Path dir, int port, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(found("redis-server")));
    command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
    command.addAll(List.of("--appendonly", "no", "--dir", dir.toString()));
    command.addAll(List.of(more));
    return new Peer(dir, port, command);
  }

  /** A sentinel with what its file says; its port is added. */
  public static Peer sentinel(Path dir, int port, String config) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve("sentinel.conf");
    Files.writeString(file, "port " + port + "\nbind 127.0.0.1\ndir " + dir + "\n" + config);
    return new Peer(dir, port, List.of(found("redis-server"), file.toString(), "--sentinel"));
  }

  /** Debian's memcached. */
  public static Peer memcached(Path dir, int port) throws IOException {
    String address = "127.0.0.1";
    return new Peer(
        dir,
        port,
        Stream.of(found("memcached"), "-l", address, "-p", "" + port, "-U", "0", "-m", "32")
            .mapMulti((String word, java.util.function.Consumer<String> words) -> {
              words.accept(word);
              if (word.equals("32") && "root".equals(System.getProperty("user.name"))) {
                words.accept("-u");
                words.accept("nobody");
              }
            })
            .toList());
  }

  /** Its address, as URLs have it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Starts it again, where it was. */
  public void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile())
            .start();
    Eventually.holds(command.getFirst() + " listens", () -> accepts() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError("it ended: " + Files.readString(dir.resolve("output")));
    }
  }

  /** Ends it at once. */
  public void kill() {
    process.destroyForcibly();
    Eventually.holds("it has ended", () -> !process.isAlive());
  }

  /** Stops it without ending its connections: it takes new ones, and never answers. */
  public void freeze() throws Exception {
    run("kill", "-STOP", "" + process.pid());
  }

  /** Lets it go on. */
  public void thaw() throws Exception {
    run("kill", "-CONT", "" + process.pid());
  }

  /** What redis-cli prints. */
  public String cli(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(found("redis-cli"), "-p", "" + port));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  /** What a program prints; fails if it does. */
  public static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output;
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

  @Override
  public void close() {
    kill();
  }
}
