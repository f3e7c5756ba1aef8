package io.steelyard.app.e2e;

import io.steelyard.app.launcher.Launched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** wrk at full load from one thread; it says of itself what went wrong. */
final class Wrk implements AutoCloseable {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final int EXTRA_S = 30;

  private final Process process;
  private final int seconds;

  private Wrk(Process process, int seconds) {
    this.process = process;
    this.seconds = seconds;
  }

  static Wrk start(int connections, int seconds, String url) throws IOException {
    return new Wrk(
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "20s",
                "--latency",
                url)
            .redirectErrorStream(true)
            .start(),
        seconds);
  }

  /** What it said at its end. */
  record Result(long requests, String output) {
    /** Its words for failures appear only when there were some. */
    boolean failed() {
      return output.contains("Socket errors") || output.contains("Non-2xx");
    }
  }

  boolean running() {
    return process.isAlive();
  }

  /** Ends it before its time; returns what it has come to. */
  Result stop() throws IOException, InterruptedException {
    Launched.signal("INT", process.pid());
    return result();
  }

  /** Waits for its end. */
  Result result() throws IOException, InterruptedException {
    if (!process.waitFor(seconds + EXTRA_S, TimeUnit.SECONDS)) {
      throw new AssertionError("wrk does not end");
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher requests = REQUESTS.matcher(output);
    return new Result(requests.find() ? Long.parseLong(requests.group(1)) : 0, output);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
