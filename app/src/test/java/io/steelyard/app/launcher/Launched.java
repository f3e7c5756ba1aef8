package io.steelyard.app.launcher;

import io.steelyard.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** {@code ./steelyard} as a process; both of its outputs are read as one. */
public final class Launched implements AutoCloseable {
  public static final Path LAUNCHER = Path.of("..", "steelyard").toAbsolutePath().normalize();
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final Process process;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Thread reader;

  private Launched(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  public static Launched with(Map<String, String> environment, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Launched(builder.start());
  }

  /** As with nohup, and in the background of a script: HUP and INT are ignored from the start. */
  static Launched ignoringSignals(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh"));
    command.add(LAUNCHER.toString());
    command.addAll(List.of(args));
    return of(command);
  }

  /** Any command. */
  static Launched of(List<String> command) throws IOException {
    return new Launched(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** What a command that ends by itself writes to standard output alone. */
  public static String standardOutput(Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
    builder.environment().putAll(environment);
    try (BufferedReader in = builder.start().inputReader(StandardCharsets.UTF_8)) {
      return String.join("\n", in.lines().toList());
    }
  }

  public static Launched with(String... args) throws IOException {
    return with(Map.of(), args);
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      in.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  /** What it has said so far. */
  public String output() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Sends HUP, TERM, INT or KILL. */
  public void signal(String name) throws IOException, InterruptedException {
    signal(name, process.pid());
  }

  public static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  /** Waits until it has ended; its exit code. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(DEADLINE)) {
      throw new AssertionError("still running; it said:\n" + output());
    }
    reader.join();
    return process.exitValue();
  }

  /** Waits until it has said {@code text}. */
  public void awaitOutput(String text) {
    await(() -> output().contains(text) || !process.isAlive());
    if (!output().contains(text)) {
      throw new AssertionError("it never said '" + text + "' but:\n" + output());
    }
  }

  /** Waits until a condition holds: as long as a machine may need to start a program. */
  public static void await(BooleanSupplier condition) {
    Eventually.within(DEADLINE, "what is waited for", condition::getAsBoolean);
  }

  /** Ends it, whatever state it is in. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
