package io.steelyard.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's dnsmasq as an authority for what the test says; nothing is asked of other servers. */
public final class Dnsmasq implements AutoCloseable {
  private final Path dir;
  private final int port = FreePorts.any();
  private Process process;

  private Dnsmasq(Path dir) throws IOException {
    this.dir = Files.createDirectories(dir);
  }

  /** With these options: {@code host-record=a.example,10.0.0.1,60}, {@code srv-host=...}. */
  public static Dnsmasq start(Path dir, String... options) throws IOException {
    Dnsmasq dnsmasq = new Dnsmasq(dir);
    dnsmasq.serve(options);
    return dnsmasq;
  }

  /** Stops it if it runs, and starts it with these options instead of the former. */
  public void serve(String... options) throws IOException {
    kill();
    Path log = dir.resolve("log");
    Files.deleteIfExists(log);
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.found("dnsmasq"),
                "--no-daemon",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--no-poll",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--pid-file",
                "--user=" + System.getProperty("user.name"),
                "--local=/#/",
                "--port=" + port));
    List.of(options).forEach(option -> command.add("--" + option));
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Eventually.holds(
        "dnsmasq has started",
        () -> Files.readString(log).contains("started,") || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError("dnsmasq ended: " + Files.readString(log));
    }
  }

  /** {@code 127.0.0.1:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Its port, of UDP and TCP. */
  public int port() {
    return port;
  }

  /** Ends it at once, if it runs. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
      Eventually.holds("it has ended", () -> !process.isAlive());
    }
  }

  @Override
  public void close() {
    kill();
  }
}
