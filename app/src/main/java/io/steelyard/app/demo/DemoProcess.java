package io.steelyard.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A demo server in a process of its own, so that killing it is a real crash. It holds the other end
 * of a pipe of ours and ends when we do, however that comes about.
 */
public final class DemoProcess implements AutoCloseable {
  private static final String JAVA_OPTS = "-Xms4m -Xmx32m -XX:TieredStopAtLevel=1";

  private final String name;
  private final int port;
  private final Process process;

  private DemoProcess(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it; it may not listen yet.
   *
   * @param launcher the {@code steelyard} script
   */
  public static DemoProcess start(Path launcher, String name, int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher.toString(),
            "demo-server",
            "--child",
            "--port",
            Integer.toString(port),
            "--name",
            name);
    builder.environment().put("STEELYARD_JAVA_OPTS", JAVA_OPTS);
    builder.environment().put("STEELYARD_BUILT", "yes");
    return new DemoProcess(name, port, builder.redirectError(Redirect.INHERIT).start());
  }

  /** Blocks until it listens; it says so in its first line. */
  public void awaitListening() throws IOException {
    BufferedReader output = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
    if (output.readLine() == null) {
      throw new IOException("demo server " + name + " ended before it listened");
    }
  }

  public String name() {
    return name;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  /** Ends it. */
  @Override
  public void close() {
    process.destroy();
  }
}
