package io.steelyard.testkit.consul;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A {@link FakeConsul} as a process of its own, which can be killed, frozen and started again. */
public final class FakeConsulProcess implements AutoCloseable {
  private static final Duration TTL_MIN = Duration.ofSeconds(1);

  private final Path dir;
  private final int port = FreePorts.any();
  private Process process;

  private FakeConsulProcess(Path dir) {
    this.dir = dir;
  }

  /** Returns once it answers. */
  public static FakeConsulProcess start(Path dir) throws IOException {
    Files.createDirectories(dir);
    FakeConsulProcess consul = new FakeConsulProcess(dir);
    consul.restart();
    return consul;
  }

  /** With what it knew; returns once it answers. */
  public void restart() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            classes(),
            FakeConsul.class.getName(),
            "" + port,
            "" + TTL_MIN.toMillis(),
            dir.resolve("changes").toString());
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile())
            .start();
    Eventually.holds("the fake of Consul answers", this::answers);
  }

  /** Where this class lies: the fake needs no other ones. */
  private static String classes() {
    try {
      return Path.of(FakeConsul.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean answers() throws IOException {
    try (InputStream in = URI.create(url() + "/v1/status/leader").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).contains(":");
    }
  }

  /** {@code http://host:port}. */
  public String url() {
    return "http://" + endpoint();
  }

  /** {@code host:port}. */
  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    Eventually.holds("it has ended", () -> !process.isAlive());
  }

  /** With nothing that it knew; returns once it answers. */
  public void restartEmpty() throws IOException {
    Files.delete(dir.resolve("changes"));
    restart();
  }

  /** STOP, CONT or another one. */
  public void signal(String signal) throws IOException {
    new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
  }

  @Override
  public void close() {
    kill();
  }
}
