package io.steelyard.vip;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two hosts for each test, removed after it. */
abstract class InLab {
  protected Lab lab;
  protected Host a;
  protected Host b;

  @BeforeEach
  void two_hosts() {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    lab = Lab.open();
    a = lab.host("a");
    b = lab.host("b");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  /** A driver on this host that is ready. */
  protected static Program driver(Host host, String... arguments) {
    Program program = host.startJava(VipShell.class, arguments);
    program.awaitLine("ready true");
    return program;
  }

  /** Says a line and returns the answer that comes after it. */
  protected static String ask(Program program, String line, String answer) {
    int before = program.lines().size();
    program.say(line);
    return program.awaitLine(before, answer).text();
  }
}
