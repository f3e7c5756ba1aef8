package io.steelyard.testkit.netns;

import io.steelyard.testkit.Eventually;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that runs on a {@link Host}, and what it has said so far on both of its outputs. */
public final class Program {
  private static final int LINES_MAX = 20_000;

  /** When it was read, as {@link System#nanoTime} tells it. */
  public record Line(long atNs, String text) {}

  private final String host;
  private final Process process;
  private final BufferedWriter input;
  private final List<Line> lines = new ArrayList<>();

  Program(String host, ProcessBuilder builder) throws IOException {
    this.host = host;
    process = builder.redirectErrorStream(true).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().name("output of " + pid()).start(this::read);
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        note(new Line(System.nanoTime(), line));
      }
    } catch (IOException e) {
      note(new Line(System.nanoTime(), "its output cannot be read: " + e));
    }
  }

  private synchronized void note(Line line) {
    if (lines.size() < LINES_MAX) {
      lines.add(line);
    }
  }

  /** Its process: that of the program itself, as {@code ip netns exec} becomes it. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has said so far; no more than 20,000 lines. */
  public synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  /** What it has said so far, as text. */
  public String output() {
    return String.join("\n", lines().stream().map(Line::text).toList());
  }

  /** Writes a line to its standard input. */
  public void say(String line) {
    try {
      input.write(line);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first line that contains this text; fails when none comes within 20 s. */
  public Line awaitLine(String text) {
    return awaitLine(0, line -> line.text().contains(text), text);
  }

  /** The first line after so many that contains this text; fails when none comes within 20 s. */
  public Line awaitLine(int after, String text) {
    return awaitLine(after, line -> line.text().contains(text), text);
  }

  private Line awaitLine(int after, Predicate<Line> wanted, String what) {
    try {
      Eventually.holds(
          what + " from the program on " + host,
          () -> lines().stream().skip(after).anyMatch(wanted));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; it says:\n" + output(), e);
    }
    return lines().stream().skip(after).filter(wanted).findFirst().orElseThrow();
  }

  /** Sends it a signal by name: TERM, STOP, CONT. */
  public void signal(String signal) {
    Shell.run(List.of("kill", "-" + signal.toUpperCase(Locale.ROOT), Long.toString(pid())));
  }

  /** Ends it at once (SIGKILL), and waits for that. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(Duration.ofSeconds(10));
  }

  /** Waits until it has ended; fails when it does not within that time. Its exit status. */
  public int awaitEnd(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the program on " + host + " does not end; it says:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
