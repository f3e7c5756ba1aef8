package io.steelyard.control.load;

import io.steelyard.control.link.HttpTalk;
import io.steelyard.control.link.Link;
import io.steelyard.control.link.Printable;
import io.steelyard.control.load.LoadTarget.Question;
import io.steelyard.control.thread.Fleet.Duty;
import io.steelyard.core.server.AgentWords;
import io.steelyard.core.server.LoadReport;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Asks one server for its load again and again, on a virtual thread of its own. */
final class Reporter {
  private static final Duration PATIENCE_MIN = Duration.ofSeconds(1);
  private static final Duration PATIENCE_MAX = Duration.ofSeconds(5);
  private static final int LINE_BYTES_MAX = 1024;
  private static final double JITTER = 0.2;

  private final LoadTarget target;
  private final Reports reports;
  private final LongSupplier clockNs;
  private final RandomGenerator random;
  private final Duty duty;

  Reporter(
      LoadTarget target, Reports reports, LongSupplier clockNs, RandomGenerator random, Duty duty) {
    this.target = target;
    this.reports = reports;
    this.clockNs = clockNs;
    this.random = random;
    this.duty = duty;
  }

  /** Asks until it is interrupted. */
  void run() throws InterruptedException {
    while (true) {
      long startNs = System.nanoTime();
      askOnce();
      double part = 1 - JITTER * random.nextDouble();
      long pauseNs = (long) (target.interval().toNanos() * part) - (System.nanoTime() - startNs);
      Thread.sleep(Duration.ofNanos(Math.max(1_000_000, pauseNs)));
    }
  }

  private void askOnce() throws InterruptedException {
    String said = null;
    String failure = "";
    try (Link link = Link.to(target.address(), patience())) {
      try {
        link.connect(target.announces());
        said = ask(link);
      } catch (IOException | RuntimeException e) {
        // Also what no channel can connect to: nothing ends this thread but its owner.
        failure = link.describe(e);
      }
    } catch (IOException | RuntimeException e) {
      failure = "no socket: " + e;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("broken off: it says nothing");
    }
    String report = said;
    String why = failure;
    duty.run(report == null ? () -> reports.missing(target.state(), why) : () -> take(report));
    duty.run(this::expire);
  }

  private Duration patience() {
    Duration interval = target.interval();
    Duration most = interval.compareTo(PATIENCE_MAX) < 0 ? interval : PATIENCE_MAX;
    return most.compareTo(PATIENCE_MIN) < 0 ? PATIENCE_MIN : most;
  }

  private String ask(Link link) throws IOException {
    return switch (target.question()) {
      case Question.Agent() -> line(link.in());
      case Question.Orca(String path, String host, String _) -> {
        HttpTalk talk = HttpTalk.ask(link, HttpTalk.Request.get(path, host));
        int status = talk.status();
        String body = talk.body(status);
        yield status == 200 ? body : "answered " + status;
      }
    };
  }

  /** What came before the first line's end, or before the server closed. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n' && b != '\r'; b = in.read()) {
      if (line.length() == LINE_BYTES_MAX) {
        break;
      }
      line.append((char) b);
    }
    return line.toString();
  }

  private void take(String said) {
    try {
      switch (target.question()) {
        case Question.Agent() -> take(AgentReport.parse(said), said);
        case Question.Orca(String _, String _, String metric) ->
            report(OrcaReport.load(said, metric));
      }
      reports.taken(target.state());
    } catch (BrokenReport e) {
      reports.broken(target.state(), e.getMessage());
    }
  }

  /**
   * Words hold until others take their place, as in HAProxy: also while no report can be had. One
   * that says that it does not work gets nothing, as in maintenance.
   */
  private void take(AgentReport report, String said) {
    report.load().ifPresent(this::report);
    report.maxConnections().ifPresent(target.state()::maxAsked);
    AgentWords before = target.state().agentWords();
    AgentWords now =
        new AgentWords(
            report.wish().orElse(before.wish()),
            report.works().orElse(before.works()),
            report.load().isPresent() ? report.takesNothing() : before.takesNothing());
    target.state().agentWords(now);
    if (report.saysHowItIs() || !now.equals(before)) {
      String shown = Printable.of(said.strip(), LINE_BYTES_MAX);
      reports.asked(target.state(), now.asked(), "its agent says '" + shown + "'");
    }
  }

  /** A percentage is a report: unlike words, 0% holds no longer than any other. */
  private void expire() {
    AgentWords words = target.state().agentWords();
    if (words.takesNothing() && target.state().report().at(clockNs.getAsLong()) < 0) {
      AgentWords now = new AgentWords(words.wish(), words.works(), false);
      target.state().agentWords(now);
      reports.asked(target.state(), now.asked(), "its agent's 0% has expired");
    }
  }

  private void report(double load) {
    long untilNs = clockNs.getAsLong() + target.expire().toNanos();
    target.state().report(new LoadReport(load, untilNs));
  }
}
